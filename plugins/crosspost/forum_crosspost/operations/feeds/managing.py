"""What admins of an area do to its feeds: add, pause, fetch now, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import Conflict, Invalid, Scope, db, now, record_audit
from forum.api.jobs import enqueue
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.identity import IDS, tell_host
from forum_crosspost.feeds.reading import find_link
from forum_crosspost.models import Feed
from forum_crosspost.operations.feeds.polling import poll_now
from forum_crosspost.operations.feeds.sources import make_key, make_source
from forum_crosspost.rules import require_manage
from forum_crosspost.sources import find_feed_source, get_feed

POLL_JOB: Final = "crosspost.poll_feed"
POLICIES: Final = ("link", "pseudonymous", "named")
BASES: Final = ("membership-rules", "list-terms", "individual", "public-federated")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """What a form sends: `basis` says why names may be shown, needed for `named` only."""

    url: str
    label: str
    policy: str = "link"
    basis: str = ""
    ids: str = "guid"


def add_feed(scope: Scope, new: NewFeed) -> int:
    """Have a feed fetched from now on; return the id of its source. The first visit comes at once.

    A feed that was removed goes on where it stood.
    Errors: Denied; Invalid at `url`, `label`, `policy` or `basis`.
    """
    require_manage(scope)
    _check(new)
    area_id, session = scope.area.id, db.session()
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Feed).where(Feed.area_id == area_id)
    )
    if (count or 0) >= limits.FEEDS:
        raise Invalid("url", _("Ein Bereich hat höchstens %(most)s Quellen.", most=limits.FEEDS))
    key = make_key(new.url)
    source = find_feed_source(session, area_id, key=key)
    if source is None:
        source = make_source(session, area_id, key=key, label=new.label)
    elif session.get(Feed, source.id) is not None:
        raise Invalid("url", _("Diese Quelle gibt es in diesem Bereich schon."))
    source.label, source.policy = new.label[: limits.LABEL], new.policy
    source.basis = new.basis if new.policy == "named" else ""
    source.basis_at = now() if source.basis else None
    source.basis_by_id = scope.user_id if source.basis else None
    feed = Feed(source_id=source.id, area_id=area_id, url=new.url, host=tell_host(new.url))
    feed.ids, feed.next_poll_at, feed.added_by_id = new.ids, now(), scope.user_id
    session.add(feed)
    session.flush()
    _record(scope, "source_added", source.id, url=new.url, policy=new.policy)
    _visit_soon(area_id, source.id)
    return source.id


def _check(new: NewFeed) -> None:
    if not find_link(new.url):
        raise Invalid("url", _("Das ist keine vollständige Adresse mit https://"))
    if not new.label.strip():
        raise Invalid("label", _("Gib der Quelle einen Namen."))
    if new.policy not in POLICIES:
        raise Invalid("policy", _("Bitte wähle, wie viel übernommen wird."))
    if new.policy == "named" and new.basis not in BASES:
        raise Invalid("basis", _("Mit Namen geht es nur, wenn du sagst, worauf das beruht."))
    if new.ids not in IDS:
        raise Invalid("url", _("Bitte prüfe die Adresse noch einmal."))


def set_feed_state(scope: Scope, source_id: int, *, state: str) -> None:
    """Pause a feed, or let it be fetched again, then at once. Errors: NotFound, Denied, Invalid."""
    require_manage(scope)
    get_feed(scope, source_id)
    if state not in ("on", "paused"):
        raise Invalid("state", _("Das geht nicht."))
    values: dict[str, Any] = {"state": state, "reason": "", "detail": "", "fails": 0}
    if state == "on":
        values["next_poll_at"] = now()
    _update(source_id, **values)
    _record(scope, "source_resumed" if state == "on" else "source_paused", source_id)
    if state == "on":
        _visit_soon(scope.area.id, source_id)


def fetch_feed_now(scope: Scope, source_id: int) -> None:
    """Have a feed visited by the worker as soon as it can.

    Errors: NotFound, Denied; Conflict for one that is paused or gone.
    """
    require_manage(scope)
    if get_feed(scope, source_id).state != "on":
        raise Conflict(_("Diese Quelle ruht. Nimm sie erst wieder auf."))
    _visit_soon(scope.area.id, source_id)


def remove_feed(scope: Scope, source_id: int) -> None:
    """Fetch a feed no more; what came from it stays, with its origin. Errors: NotFound, Denied."""
    require_manage(scope)
    get_feed(scope, source_id)
    db.session.execute(
        sa.delete(Feed)
        .where(Feed.source_id == source_id)
        .execution_options(synchronize_session=False)
    )
    _record(scope, "source_removed", source_id)


def visit_feed(arguments: Mapping[str, object]) -> None:
    """Visit the feed that a job names; the schedule sees to one whose host is busy now."""
    source_id = arguments["source_id"]
    assert isinstance(source_id, int)
    poll_now(source_id)


def _visit_soon(area_id: int, source_id: int) -> None:
    enqueue(
        POLL_JOB,
        args={"area_id": area_id, "source_id": source_id},
        dedup_key=f"{POLL_JOB}:{source_id}",
    )


def _update(source_id: int, **values: Any) -> None:
    db.session.execute(
        sa.update(Feed)
        .where(Feed.source_id == source_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _record(scope: Scope, verb: str, source_id: int, **details: Any) -> None:
    record_audit(
        f"crosspost.{verb}",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"source:{source_id}",
        **details,
    )
