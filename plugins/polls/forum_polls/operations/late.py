"""Answers that come after votes: who could vote otherwise now is told, once a day and poll."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import get_system_scope, notify, now, unscoped
from forum.api.jobs import enqueue
from forum_polls.models import Option, Poll, Vote
from forum_polls.operations.electorate import keep_voters
from forum_polls.queries import POLLS
from forum_polls.shapes import PollRow
from forum_polls.values import LATE

LATE_JOB: Final = "polls.tell_late"
WAIT: Final = timedelta(minutes=10)
"""Answers often come in a row, and who adds one may take it back."""

_ONE: Final = POLLS.where(Poll.id == sa.bindparam("poll"), Poll.secret.is_(sa.false()))
_EARLIER: Final = (
    sa.select(Vote.user_id)
    .where(
        Vote.poll_id == sa.bindparam("poll"),
        Vote.ended_at.is_(None),
        sa.select(Option.id)
        .where(
            Option.poll_id == Vote.poll_id,
            Option.state == "shown",
            Option.created_at > Vote.cast_at,
            Option.author_id.is_distinct_from(Vote.user_id),
        )
        .exists(),
    )
    .order_by(Vote.user_id)
)


def note_late(poll: PollRow) -> None:
    """Have those told who voted before there was an answer, if they can still change their vote.

    Cost: one statement; none in secret polls, where votes stay, and before the first vote.
    """
    if poll.secret or not poll.voters:
        return
    enqueue(
        LATE_JOB,
        args={"poll_id": poll.id},
        run_at=now() + WAIT,
        dedup_key=f"{LATE_JOB}:{poll.id}",
    )


def tell_late(args: Mapping[str, object]) -> None:
    """Tell who voted before the last answers came; the job, which may run late or twice."""
    with unscoped("polls: who voted earlier is asked for nobody") as session:
        row: Any = session.execute(_ONE, {"poll": args["poll_id"]}).one_or_none()
        poll = PollRow(*row) if row is not None else None
        if poll is None or not poll.is_open:
            return
        earlier = session.scalars(_EARLIER, {"poll": poll.id}).all()
    notify(
        LATE,
        keep_voters(get_system_scope(poll.area_id), poll, earlier),
        key=f"poll-{poll.id}-{now().date().isoformat()}",
        post_id=poll.post_id,
        values={"poll": poll.id},
    )
