"""What becomes of somebody's place in the tree when their account goes into another one."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.keepers import Merger
from forum.areas.events import MemberJoined, RoleChanged
from forum.areas.models import Application, Area, Grant, Invitation, PluginSettings, PluginState
from forum.areas.operations.membership import list_roles
from forum.areas.scope import RANK
from forum.areas.upkeep import count_members, lock_tree, refresh_users
from forum.core import audit, clock, events
from forum.core.database import unscoped

_DONE_BY: Final = (
    Grant.granted_by_id,
    Application.decided_by_id,
    Invitation.created_by_id,
    Area.created_by_id,
    PluginState.changed_by_id,
    PluginSettings.changed_by_id,
)
"""Who did something: not what somebody is, so nothing of it can be there twice."""


def merge_places(merger: Merger) -> dict[str, int]:
    """Move grants, deputyships, applications and invitations; bring read sets in step.

    Where both belong to an area the higher role stays. Every area that gets somebody new, or
    somebody with more to say, keeps it in its own log, behind a seal too.
    Cost: a fixed number of statements, one more per grant, two per area with a change.
    """
    source_id, target_id = merger.source_id, merger.target_id
    with unscoped("areas: a merge reaches hidden areas too") as session:
        lock_tree(session)
        held = session.execute(
            sa.select(Grant.area_id, Grant.user_id).where(Grant.user_id.in_((source_id, target_id)))
        ).all()
        areas = {row.area_id for row in held if row.user_id == source_id}
        pairs = {(area_id, target_id) for area_id in areas}
        before = list_roles(session, pairs) if pairs else {}
        grants = _move_grants(session, merger)
        _move_deputies(session, merger)
        applications = _move_applications(session, merger)
        for column in _DONE_BY:
            _move(session, column, merger)
        refresh_users(session, {source_id, target_id})
        if areas:
            count_members(session, sorted(areas))
        after = list_roles(session, pairs) if pairs else {}
    for pair in sorted(pairs):
        _tell(merger, pair[0], before=before.get(pair), after=after.get(pair))
    return {"area_grant": grants, "area_application": applications}


def _move_grants(session: Session, merger: Merger) -> int:
    """Give the target each grant, or the better one of two from the same source."""
    columns = (Grant.id, Grant.area_id, Grant.source, Grant.role, Grant.title, Grant.ends_at)
    mine = session.execute(sa.select(*columns).where(Grant.user_id == merger.source_id)).all()
    theirs = session.execute(sa.select(*columns).where(Grant.user_id == merger.target_id)).all()
    known = {(row.area_id, row.source): row for row in theirs}
    for grant in mine:
        other = known.get((grant.area_id, grant.source))
        doomed = None
        if other is not None:
            doomed = other.id if _rank(grant) > _rank(other) else grant.id
            session.execute(_quiet(sa.delete(Grant).where(Grant.id == doomed)))
        if doomed != grant.id:
            moved = sa.update(Grant).where(Grant.id == grant.id).values(user_id=merger.target_id)
            session.execute(_quiet(moved))
    return len(mine)


def _rank(grant: Any) -> tuple[int, bool, bool]:
    """The higher role, then the one with an office, then the one that does not end."""
    return (RANK[grant.role], grant.title != "", grant.ends_at is None)


def _move_deputies(session: Session, merger: Merger) -> None:
    _move(session, Grant.deputy_for_id, merger)
    own = sa.and_(Grant.user_id == merger.target_id, Grant.deputy_for_id == merger.target_id)
    session.execute(_quiet(sa.delete(Grant).where(own)))


def _move_applications(session: Session, merger: Merger) -> int:
    """Move them; nobody waits twice, nor for what they have."""
    settled = sa.union(
        sa.select(Grant.area_id).where(Grant.user_id == merger.target_id),
        sa.select(Application.area_id).where(
            Application.user_id == merger.target_id, Application.state == "pending"
        ),
    )
    areas = list(session.scalars(settled))
    waiting = sa.and_(Application.user_id == merger.source_id, Application.state == "pending")
    ended = {"state": "withdrawn", "decided_at": clock.now()}
    session.execute(
        _quiet(sa.update(Application).where(waiting, Application.area_id.in_(areas)).values(ended))
    )
    members = sa.select(Grant.area_id).where(Grant.user_id == merger.target_id)
    own = sa.and_(Application.user_id == merger.target_id, Application.state == "pending")
    session.execute(
        _quiet(sa.update(Application).where(own, Application.area_id.in_(members)).values(ended))
    )
    return _move(session, Application.user_id, merger)


def _move(session: Session, column: Any, merger: Merger) -> int:
    moved: Any = session.execute(
        _quiet(
            sa.update(column.class_)
            .where(column == merger.source_id)
            .values({column.key: merger.target_id})
        )
    )
    return int(moved.rowcount)


def _quiet(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _tell(merger: Merger, area_id: int, *, before: str | None, after: str | None) -> None:
    if before == after:
        return
    about: dict[str, Any] = {
        "area_id": area_id,
        "actor_id": merger.actor_id,
        "user_id": merger.target_id,
        "origin": "system",
    }
    if before is None:
        events.append(MemberJoined(**about, source="merge"))
    if after is not None and after != "member":
        events.append(RoleChanged(**about, role=after))
    audit.record(
        "areas.merge_member",
        merger.actor_id,
        area_id=area_id,
        subject=f"user:{merger.target_id}",
        before=before,
        after=after,
    )
