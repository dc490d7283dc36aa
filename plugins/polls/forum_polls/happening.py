"""What polls write into the log of events: that they began and ended, and who had a say.

Never how a poll stands or came out. Votes are told of when a named poll ends, by the members' ids:
told one by one while the tallies are on the page, they would give away who voted for what. Secret
polls name nobody.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import append_events, list_plugin_areas
from forum.plugin import EventDraft, EventField, EventSpec
from forum_polls.models import Turnout, Vote
from forum_polls.shapes import PollRow

OPENED: Final = "polls.poll_opened"
CLOSED: Final = "polls.poll_closed"
REOPENED: Final = "polls.poll_reopened"
CAST: Final = "polls.vote_cast"
_POLL: Final = (
    EventField(name="poll_id", kind="id", label="Umfrage"),
    EventField(name="topic_id", kind="topic", label="Thema"),
    EventField(name="post_id", kind="post", label="Beitrag"),
)
_VOTERS: Final = EventField(name="voters", kind="number", label="Wie viele abgestimmt haben")
_KEPT_DAYS: Final = 365
EVENTS: Final = (
    EventSpec(name=OPENED, title="Eine Umfrage hat begonnen", fields=_POLL, stamps=False),
    EventSpec(
        name=CLOSED, title="Eine Umfrage ist beendet", fields=(*_POLL, _VOTERS), stamps=False
    ),
    EventSpec(name=REOPENED, title="Eine Umfrage ist wieder offen", fields=_POLL, stamps=False),
    EventSpec(
        name=CAST,
        title="Jemand hat in einer Umfrage mitgestimmt, die nun beendet ist",
        fields=_POLL,
        keep_days=_KEPT_DAYS,
        stamps=False,
    ),
)
_since: Final = sa.bindparam("since", type_=Vote.cast_at.type)
_VOTERS_OF: Final = (
    sa.select(Turnout.user_id).where(Turnout.poll_id == sa.bindparam("poll")).order_by("user_id")
)
_LATE_VOTERS_OF: Final = _VOTERS_OF.where(
    sa.select(sa.func.min(Vote.cast_at))
    .where(Vote.poll_id == Turnout.poll_id, Vote.user_id == Turnout.user_id)
    .scalar_subquery()
    >= _since
)
"""Who had not voted yet when the poll was reopened: the others were told of at its first end."""


def tell_opened(
    poll_id: int, *, topic_id: int, post_id: int, area_id: int, author_id: int | None
) -> None:
    """Write that a poll began. Cost: one statement."""
    payload = {"poll_id": poll_id, "topic_id": topic_id, "post_id": post_id}
    append_events(EventDraft(name=OPENED, payload=payload, area_id=area_id, actor_id=author_id))


def tell_reopened(poll: PollRow, *, actor_id: int | None) -> None:
    """Write that votes count again. Cost: one statement."""
    append_events(_draft(REOPENED, poll, actor_id=actor_id))


def tell_closed(session: Session, poll: PollRow, *, actor_id: int | None = None) -> None:
    """Write that a poll ended, and of a named one who voted; the session is unscoped.

    Nobody as the actor stands for the clock, which also ends polls where the plugin is off
    meanwhile: nothing is told of those.
    Cost: one statement, one more for named polls and one more for the clock.
    """
    if actor_id is None and not _is_on(poll.area_id):
        return
    origin: Any = "system" if actor_id is None else "member"
    ended = _draft(CLOSED, poll, actor_id=actor_id, origin=origin, voters=poll.voters)
    append_events(ended, *(_draft(CAST, poll, actor_id=one) for one in _list_new(session, poll)))


def _is_on(area_id: int) -> bool:
    area = list_plugin_areas([area_id]).get(area_id)
    return area is not None and "polls" in area.plugins


def _list_new(session: Session, poll: PollRow) -> list[int]:
    if poll.secret or not poll.voters:
        return []
    if poll.reopened_at is None:
        return list(session.scalars(_VOTERS_OF, {"poll": poll.id}))
    values = {"poll": poll.id, "since": poll.reopened_at}
    return list(session.scalars(_LATE_VOTERS_OF, values))


def _draft(
    name: str, poll: PollRow, *, actor_id: int | None, origin: Any = "member", **more: int
) -> EventDraft:
    payload = {"poll_id": poll.id, "topic_id": poll.topic_id, "post_id": poll.post_id, **more}
    return EventDraft(
        name=name, payload=payload, area_id=poll.area_id, actor_id=actor_id, origin=origin
    )
