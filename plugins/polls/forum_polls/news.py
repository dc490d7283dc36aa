"""What feeds and digests say about polls: that one began, until when, and that one has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import SHOWN_POSTS, unscoped
from forum.api.web import day
from forum.api.web import gettext as _
from forum.plugin import DigestItem, DigestWindow
from forum_polls.models import Poll
from forum_polls.queries import POLLS
from forum_polls.shapes import PollRow
from forum_polls.words import tell_kind, tell_voters

_since: Final = sa.bindparam("since", type_=Poll.created_at.type)
_until: Final = sa.bindparam("until", type_=Poll.created_at.type)
_ended: Final = sa.func.coalesce(Poll.closed_at, Poll.ends_at)


def list_news(window: DigestWindow) -> Sequence[DigestItem]:
    """Tell which polls began and ended in a stretch of time; never how they stand or came out.

    Cost: two statements, whatever the number of areas.
    """
    areas = [area.id for area in window.areas]
    values = {"since": window.since, "until": window.until}
    number = window.limit * len(areas)
    base = POLLS.where(SHOWN_POSTS.c.area_id.in_(areas), Poll.parent_id.is_(None)).limit(number)
    began = base.where(Poll.created_at >= _since, Poll.created_at < _until)
    ended = base.where(_ended >= _since, _ended < _until)
    with unscoped("polls: feeds and digests are collected for nobody") as session:
        new: Any = session.execute(began.order_by(Poll.created_at.desc()), values).all()
        over: Any = session.execute(ended.order_by(_ended.desc()), values).all()
    items = [_tell_new(PollRow(*row)) for row in new] + [_tell_over(PollRow(*row)) for row in over]
    return sorted(items, key=lambda item: item.at, reverse=True)


def _tell_new(poll: PollRow) -> DigestItem:
    if poll.ends_at is not None and poll.ended_at is None:
        until = day(poll.ends_at)
        title = _("Umfrage bis %(day)s: %(question)s", day=until, question=poll.question)
    else:
        title = _("Umfrage: %(question)s", question=poll.question)
    return DigestItem(
        key=f"poll-{poll.id}-new",
        area_id=poll.area_id,
        at=poll.created_at,
        title=title[:160],
        text=tell_kind(poll),
        topic_id=poll.topic_id,
        post_id=poll.post_id,
        deadline=poll.ends_at,
    )


def _tell_over(poll: PollRow) -> DigestItem:
    ended = poll.closed_at or poll.ends_at
    assert ended is not None
    return DigestItem(
        key=f"poll-{poll.id}-over",
        area_id=poll.area_id,
        at=ended,
        title=_("Umfrage beendet: %(question)s", question=poll.question)[:160],
        text=tell_voters(poll),
        topic_id=poll.topic_id,
        post_id=poll.post_id,
    )
