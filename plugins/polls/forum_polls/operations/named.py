"""Votes in named polls: a log that only grows, one vote in force for each member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import db, now, unscoped
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations.count import write_count
from forum_polls.operations.rows import QUIET, count_marks, find_deltas
from forum_polls.shapes import PollRow

_IN_FORCE: Final = (
    sa.select(Vote.id, Choice.option_id, Choice.mark)
    .join(Choice, Choice.vote_id == Vote.id)
    .where(
        Vote.poll_id == sa.bindparam("poll"),
        Vote.user_id == sa.bindparam("me", type_=sa.Integer),
        Vote.ended_at.is_(None),
    )
)
_RANKINGS: Final = (
    sa.select(Vote.id, Choice.option_id)
    .join(Choice, Choice.vote_id == Vote.id)
    .where(Vote.poll_id == sa.bindparam("poll"), Vote.ended_at.is_(None))
    .order_by(Vote.id, Choice.mark)
)


@dataclass(frozen=True, slots=True)
class Before:
    """The vote in force before: its id, and its marks by option."""

    vote_id: int | None
    marks: dict[int, int]


def get_vote(poll_id: int, user_id: int) -> Before:
    """Return the vote of a member that is in force."""
    rows = db.session.execute(_IN_FORCE, {"poll": poll_id, "me": user_id}).all()
    return Before(rows[0].id if rows else None, {row.option_id: row.mark for row in rows})


def write_vote(poll: PollRow, user_id: int, *, before: Before, marks: Mapping[int, int]) -> None:
    """Put a vote in the place of the one before, or write a first one; tallies follow."""
    _end_vote(before)
    statement = sa.insert(Vote).values(poll_id=poll.id, user_id=user_id, cast_at=now())
    vote_id = db.session.execute(statement.returning(Vote.id)).scalar_one()
    rows = [
        {"vote_id": vote_id, "option_id": option_id, "user_id": user_id, "mark": mark}
        for option_id, mark in sorted(marks.items())
    ]
    db.session.execute(sa.insert(Choice), rows)
    _count(poll, before.marks, marks)
    if before.vote_id is None:
        take_part(poll.id, user_id)


def end_vote(poll: PollRow, user_id: int, *, before: Before) -> None:
    """Take a vote back: it stays in the log and counts no more."""
    _end_vote(before)
    _count(poll, before.marks, {})
    db.session.execute(
        sa.delete(Turnout)
        .where(Turnout.poll_id == poll.id, Turnout.user_id == user_id)
        .execution_options(**QUIET)
    )
    _count_voters(poll.id, -1)


def take_part(poll_id: int, user_id: int) -> None:
    """Write that a member has voted; the database refuses a second time."""
    db.session.execute(sa.insert(Turnout).values(poll_id=poll_id, user_id=user_id))
    _count_voters(poll_id, 1)


def recount_rankings(poll_id: int) -> None:
    """Count a named ranked poll anew from the votes in force."""
    rankings: dict[int, tuple[int, ...]] = {}
    with unscoped("polls: a count needs everybody's ranking") as session:
        for vote_id, option_id in session.execute(_RANKINGS, {"poll": poll_id}):
            rankings[vote_id] = (*rankings.get(vote_id, ()), option_id)
        shown = Option.poll_id == poll_id, Option.state == "shown"
        options = session.scalars(sa.select(Option.id).where(*shown).order_by(Option.position))
        write_count(poll_id, options.all(), ballots=Counter(rankings.values()), session=session)


def _end_vote(before: Before) -> None:
    if before.vote_id is not None:
        db.session.execute(
            sa.update(Vote)
            .where(Vote.id == before.vote_id)
            .values(ended_at=now())
            .execution_options(**QUIET)
        )


def _count(poll: PollRow, before: Mapping[int, int], after: Mapping[int, int]) -> None:
    count_marks(find_deltas(poll.kind, before=before, after=after))
    if poll.kind == "ranked":
        recount_rankings(poll.id)


def _count_voters(poll_id: int, by: int) -> None:
    values: Any = {"voters": Poll.voters + by}
    db.session.execute(
        sa.update(Poll).where(Poll.id == poll_id).values(values).execution_options(**QUIET)
    )
