"""Whom a poll asks, and which of them may vote there at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    Scope,
    belongs_to,
    get_system_scope,
    is_writable,
    list_repliers,
    member,
)
from forum_polls.models import Turnout
from forum_polls.shapes import PollRow

BATCH: Final = 500


def select_electors(scope: Scope, poll: PollRow) -> sa.Select[Any]:
    """Return the statement for the ids of whom a poll of an area asks.

    The session it runs in is unscoped.
    """
    if poll.voters_rule == "area":
        asked = _may_reply(scope)
    else:
        asked = belongs_to(
            member.c.id,
            poll.voters_area_id,
            below=poll.voters_rule in {"subtree", "region"},
            least=poll.voters_role if poll.voters_rule == "role" else "member",
        )
    return sa.select(member.c.id).where(member.c.state == "active", asked)


def _may_reply(scope: Scope) -> sa.ColumnElement[bool]:
    """Who replies in the area by its rules, also when it is archived meanwhile."""
    area = scope.area
    if area.replies_by == "site" and area.visibility in {"public", "members"}:
        return sa.true()
    least = "editor" if area.replies_by == "editors" else "member"
    return belongs_to(member.c.id, area.id, least=least)


def has_not_voted(poll: PollRow) -> sa.ColumnElement[bool]:
    """Return the condition that a member of `select_electors` has no part in the turnout."""
    mine = sa.and_(Turnout.poll_id == poll.id, Turnout.user_id == member.c.id)
    return ~sa.select(Turnout.user_id).where(mine).exists()


def keep_voters(scope: Scope, poll: PollRow, user_ids: Sequence[int]) -> list[int]:
    """Return which of these may vote now; what the poll's own rule says has been asked already.

    Cost: two statements per 500 members where the area says who votes, else none.
    """
    if not is_writable(scope.area):
        return []
    if poll.voters_rule != "area":
        return list(user_ids)
    kept: list[int] = []
    for start in range(0, len(user_ids), BATCH):
        kept += sorted(list_repliers(scope.area, user_ids[start : start + BATCH]))
    return kept


def list_missing(session: Session, poll: PollRow) -> list[int]:
    """Return who may vote and has not, by id; the session is unscoped. For the member only."""
    scope = get_system_scope(poll.area_id)
    statement = select_electors(scope, poll).where(has_not_voted(poll)).order_by(member.c.id)
    return keep_voters(scope, poll, session.scalars(statement).all())
