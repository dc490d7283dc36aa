"""The turn of the schedule: what is due is fetched outside of transactions, then written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from sqlalchemy.orm import Session

from forum.api.data import (
    Conflict,
    NotFound,
    get_system_scope,
    is_writable,
    now,
    read_unit,
    unit,
    unscoped,
)
from forum_crosspost import limits
from forum_crosspost.feeds import pacing
from forum_crosspost.feeds.identity import tell_host
from forum_crosspost.feeds.loading import Loaded, load_feed
from forum_crosspost.operations.feeds.claiming import Claimed, claim_due, claim_one, note
from forum_crosspost.operations.feeds.taking import take_feed
from forum_crosspost.operations.runs import Progress

SCHEDULE: Final = "crosspost.poll_due"
EVERY: Final = timedelta(minutes=1)
TURN_SECONDS: Final = 240.0
"""A turn ends before its leases do; what is left is due in the next one."""
log = logging.getLogger(__name__)


def poll_due(area_ids: Sequence[int]) -> None:
    """Fetch what is due in these areas, until nothing is or the turn's time is over.

    Cost: three statements per hundred feeds that have nothing new, two more per feed with news
    and about twenty per batch of it.
    """
    ends = monotonic() + TURN_SECONDS
    while monotonic() < ends:
        claimed = claim_due(area_ids)
        if not claimed:
            return
        _poll(claimed, ends)


def poll_now(source_id: int) -> bool:
    """Fetch one feed at once; False when somebody fetches from its host at this moment."""
    claimed = claim_one(source_id)
    if claimed is not None:
        _poll([claimed], monotonic() + TURN_SECONDS)
    return claimed is not None


def _poll(claimed: Sequence[Claimed], ends: float) -> None:
    """Visit feeds one after the other; those without news are noted together."""
    noted: list[tuple[Claimed, dict[str, Any]]] = []
    waiting = list(claimed)
    try:
        while waiting and monotonic() < ends:
            feed = waiting[0]
            loaded = load_feed(feed.url, etag=feed.etag, last_modified=feed.last_modified)
            values = _visit(feed, loaded)
            if values is not None:
                noted.append((feed, values))
            waiting.pop(0)
    finally:
        _note([*noted, *((feed, {}) for feed in waiting)])


def _visit(feed: Claimed, loaded: Loaded) -> dict[str, Any] | None:
    """Do what a visit asks for; return what is to be noted of the feed, None when it is already."""
    if loaded.reason:
        return fail(feed, loaded)
    if loaded.feed is None or not loaded.feed.items:
        return succeed(feed, loaded, has_news=False)
    if not _is_open(feed.area_id):
        return _pause("closed")
    try:
        _take(feed, loaded)
    except Conflict:  # the run was taken back meanwhile, or somebody else goes on with it
        return {}
    except Exception as error:  # one feed that breaks must not stop the others
        log.exception("feed of source %s", feed.source_id)
        return fail(feed, Loaded(reason="failure", detail=type(error).__name__))
    return None


def _take(feed: Claimed, loaded: Loaded) -> None:
    assert loaded.feed is not None

    def finish(session: Session, progress: Progress) -> None:
        stats = progress.stats
        values = succeed(feed, loaded, has_news=stats.posts_new + stats.posts_changed > 0)
        note(session, [(feed, values)])

    take_feed(
        feed.source_id,
        loaded.feed,
        ids=feed.ids,
        kind="poll",
        tells=feed.succeeded_at is not None,  # what stands there at the first visit is old
        actor_id=feed.added_by_id,
        finish=finish,
    )


def _is_open(area_id: int) -> bool:
    try:
        with read_unit():
            return is_writable(get_system_scope(area_id).area)
    except NotFound:
        return False


def succeed(feed: Claimed, loaded: Loaded, *, has_news: bool) -> dict[str, Any]:
    """Return the columns of a feed after a visit that worked."""
    every = pacing.pace(timedelta(seconds=feed.every), has_news=has_news)
    kept = loaded.unchanged  # an answer without a body may leave out what stands
    return {
        "reason": "",
        "detail": "",
        "fails": 0,
        "etag": loaded.etag or (feed.etag if kept else ""),
        "last_modified": loaded.last_modified or (feed.last_modified if kept else ""),
        "every": int(every.total_seconds()),
        "next_poll_at": now() + pacing.wait(every, loaded.asked),
        "succeeded_at": now(),
        **_follow(feed, loaded.moved_to),
    }


def _follow(feed: Claimed, moved_to: str) -> dict[str, Any]:
    """Believe that a feed has moved for good when it was said often enough in a row."""
    known = moved_to and moved_to == feed.moved_to
    times = feed.moved_times + 1 if known else int(bool(moved_to))
    here = {"url": feed.url, "host": tell_host(feed.url)}
    if times >= pacing.MOVES:
        there = {"url": moved_to, "host": tell_host(moved_to)}
        return {**there, "moved_to": "", "moved_times": 0}
    return {
        **here,
        "moved_to": moved_to if len(moved_to) <= limits.URL else "",
        "moved_times": times,
    }


def fail(feed: Claimed, loaded: Loaded) -> dict[str, Any]:
    """Return the columns of a feed after a visit that did not work."""
    fails = feed.fails + 1
    values: dict[str, Any] = {
        "reason": loaded.reason,
        "detail": loaded.detail,
        "fails": fails,
        "next_poll_at": now() + pacing.back_off(fails, loaded.asked),
    }
    # Only what ends is written: who paused it meanwhile has the last word.
    if loaded.reason == "gone":
        return {**values, "state": "gone"}
    return {**values, "state": "paused"} if fails >= pacing.PAUSE_AFTER else values


def _pause(reason: str) -> dict[str, Any]:
    return {"state": "paused", "reason": reason, "detail": ""}


def _note(noted: Sequence[tuple[Claimed, dict[str, Any]]]) -> None:
    if noted:
        with unit(), unscoped("crosspost: feeds are fetched for nobody") as session:
            note(session, noted)
