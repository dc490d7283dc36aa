"""What becomes of a member's votes when the account goes into another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import now, unscoped
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations.rows import QUIET


def merge_votes(source_id: int, target_id: int) -> Mapping[str, int]:
    """Make a member's votes another's; where both voted, the target's vote counts alone.

    What the other vote was stays in the log, ended now, as if it had been changed.
    Cost: a dozen statements, whatever the number of votes.
    """
    with unscoped("polls: a merge reaches polls of every area") as session:
        voted = sa.select(Turnout.poll_id).where(Turnout.user_id == target_id)
        # Held in the order of their ids, as nobody else holds more than one.
        held = sa.select(Poll.id).join(Turnout, Turnout.poll_id == Poll.id)
        both = session.scalars(
            held.where(Turnout.user_id == source_id, Poll.id.in_(voted))
            .order_by(Poll.id)
            .with_for_update(of=Poll, key_share=True)
        ).all()
        _end_votes(session, source_id, both)
        double = sa.delete(Turnout).where(Turnout.user_id == source_id, Turnout.poll_id.in_(both))
        _run(session, double)
        return {
            "polls_turnout": _move(session, Turnout.user_id, source_id, target_id) + len(both),
            "polls_vote": _move(session, Vote.user_id, source_id, target_id),
            "polls_vote_choice": _move(session, Choice.user_id, source_id, target_id),
            "polls_option": _move(session, Option.author_id, source_id, target_id),
        }


def _end_votes(session: Session, user_id: int, poll_ids: Any) -> None:
    """End what a member voted in these polls, and take it out of what was counted."""
    in_force = sa.and_(Vote.user_id == user_id, Vote.ended_at.is_(None), Vote.poll_id.in_(poll_ids))
    chosen = sa.select(Choice.option_id).join(Vote, Vote.id == Choice.vote_id).where(in_force)
    _run(session, sa.update(Option).where(Option.id.in_(chosen)).values(votes=Option.votes - 1))
    _run(session, sa.update(Poll).where(Poll.id.in_(poll_ids)).values(voters=Poll.voters - 1))
    _run(session, sa.update(Vote).where(in_force).values(ended_at=now()))


def _move(session: Session, column: Any, source_id: int, target_id: int) -> int:
    moved = sa.update(column.class_).where(column == source_id).values({column.key: target_id})
    return _run(session, moved)


def _run(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement.execution_options(**QUIET))
    return int(result.rowcount)
