"""Votes of the demo, written set by set as voting one by one would have left them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum_polls.counting.runoff import count_runoff
from forum_polls.models import Choice, Turnout, Vote
from forum_polls.operations.count import tell_count
from forum_polls.operations.rows import Delta, count_marks, update_poll, weigh


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote: who, which answers by their number with their marks, when."""

    user_id: int
    marks: Mapping[int, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """The poll that is voted in; `options` are ids in the order of their numbers."""

    poll_id: int
    kind: str
    secret: bool
    options: Sequence[int]


def write_votes(session: Session, target: Target, casts: Sequence[Cast]) -> None:
    """Write all votes of a poll with their tallies. Cost: five statements."""
    if not casts:
        return
    poll_id = target.poll_id
    session.execute(
        sa.insert(Turnout), [{"poll_id": poll_id, "user_id": cast.user_id} for cast in casts]
    )
    if not target.secret:
        _write_named(session, target, casts)
    changes: dict[int, Delta] = {}
    for cast in casts:
        for place, mark in cast.marks.items():
            option_id, more = target.options[place], weigh(target.kind, mark)
            sum_ = changes.get(option_id, Delta())
            changes[option_id] = Delta(sum_.votes + more.votes, sum_.maybes + more.maybes)
    count_marks(changes, session=session)
    values: dict[str, Any] = {"voters": len(casts)}
    if target.kind == "ranked":
        values["count"] = _count_rankings(target, casts)
    update_poll(poll_id, session=session, **values)


def _write_named(session: Session, target: Target, casts: Sequence[Cast]) -> None:
    votes = session.scalars(
        sa.insert(Vote).returning(Vote.id, sort_by_parameter_order=True),
        [{"poll_id": target.poll_id, "user_id": c.user_id, "cast_at": c.at} for c in casts],
    ).all()
    choices = [
        {
            "vote_id": vote_id,
            "option_id": target.options[place],
            "user_id": cast.user_id,
            "mark": mark,
        }
        for vote_id, cast in zip(votes, casts, strict=True)
        for place, mark in cast.marks.items()
    ]
    session.execute(sa.insert(Choice), choices)


def _count_rankings(target: Target, casts: Sequence[Cast]) -> dict[str, Any]:
    """Count by instant run-off; the rankings of the demo are named ones."""
    rankings = Counter(
        tuple(target.options[place] for place in sorted(cast.marks, key=cast.marks.__getitem__))
        for cast in casts
    )
    return tell_count(count_runoff(target.options, rankings))
