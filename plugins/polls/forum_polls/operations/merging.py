"""What becomes of a member's votes when the account goes into another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import now, unscoped
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations import named
from forum_polls.operations.privacy import list_ranked, uncount_votes
from forum_polls.operations.rows import QUIET


def merge_votes(source_id: int, target_id: int) -> Mapping[str, int]:
    """Make one member's part in polls another's; where both have voted, the target's vote counts.

    The source's vote there is ended, not deleted: the log only grows. Of two secret ballots nobody
    knows which to take away: both stay counted.
    Cost: a fixed number of statements, and three for each ranked poll.
    """
    both = sa.select(Turnout.poll_id).where(Turnout.user_id == target_id)
    with unscoped("polls: a merge reaches polls of every area") as session:
        held = session.scalars(
            sa.select(Poll.id)
            .join(Turnout, Turnout.poll_id == Poll.id)
            .where(Turnout.user_id == source_id, Poll.id.in_(both))
            .order_by(Poll.id)
            .with_for_update(of=Poll, key_share=True)
        ).all()
        ranked = [one for one in list_ranked(session, source_id) if one in held]
        uncount_votes(session, source_id, held, only=held)
        session.execute(
            sa.update(Vote)
            .where(Vote.user_id == source_id, Vote.poll_id.in_(held), Vote.ended_at.is_(None))
            .values(ended_at=now())
            .execution_options(**QUIET)
        )
        session.execute(
            sa.delete(Turnout)
            .where(Turnout.user_id == source_id, Turnout.poll_id.in_(held))
            .execution_options(**QUIET)
        )
        done = {
            "polls_vote_choice": _hand_over(session, Choice.user_id, source_id, to=target_id),
            "polls_vote": _hand_over(session, Vote.user_id, source_id, to=target_id),
            "polls_turnout": _hand_over(session, Turnout.user_id, source_id, to=target_id)
            + len(held),
            "polls_option": _hand_over(session, Option.author_id, source_id, to=target_id),
        }
    for poll_id in ranked:
        named.recount_rankings(poll_id)
    return done


def _hand_over(session: Session, column: Any, source_id: int, *, to: int) -> int:
    result: Any = session.execute(
        sa.update(column.class_)
        .where(column == source_id)
        .values({column.key: to})
        .execution_options(**QUIET)
    )
    return int(result.rowcount)
