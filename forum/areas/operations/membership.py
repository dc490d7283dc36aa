"""Joining and leaving, roles, and grants that begin and end by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas import rules
from forum.areas.events import MemberJoined, MemberLeft, RoleChanged
from forum.areas.grants import (
    Seat,
    drop_application,
    find_role,
    lock_people,
    require_admin_left,
    revoke_own_invitations,
    settle_people,
    take_back,
    write_grant,
)
from forum.areas.models import Grant, in_force
from forum.areas.scope import RANK, Role, Scope
from forum.areas.spec import check_reason
from forum.areas.upkeep import count_members, lock_tree, refresh_users
from forum.core import audit, clock, events
from forum.core.database import unscoped
from forum.core.errors import Denied, Invalid, NotFound
from forum.web.i18n import gettext as _

# The members' table belongs to accounts; whether somebody is active is all that counts here.
_user = sa.table("user", sa.column("id"), sa.column("state"))

Title = Literal["", "chair", "deputy", "office"]


def join_area(scope: Scope) -> None:
    """Make the viewer a member of an open area; a second time changes nothing.

    Errors: raises Denied when one cannot join by oneself.
    """
    if scope.member:
        return
    if scope.user_id is None or not rules.can_join(scope):
        raise Denied(_("Diesem Bereich kann man nicht einfach beitreten."))
    with unscoped("areas: who joins does not read yet") as session:
        seat = Seat(scope.area.id, scope.user_id)
        lock_people(session, seat)
        new = become_member(session, seat, source="self")
    if new:
        tell_joined(scope.area.id, scope.user_id, source="self", actor_id=scope.user_id)


def become_member(
    session: Session,
    seat: Seat,
    *,
    source: str,
    role: Role = "member",
    granted_by: int | None = None,
) -> bool:
    """Write the grant with all that follows from it; return False when it was there."""
    new = write_grant(session, seat, role=role, source=source, granted_by=granted_by)
    if new:
        drop_application(session, seat)
        settle_people(session, seat)
    return new


def tell_joined(area_id: int, user_id: int, *, source: str, actor_id: int | None) -> None:
    """Append event and audit entry of a new membership."""
    events.append(MemberJoined(area_id=area_id, actor_id=actor_id, user_id=user_id, source=source))
    audit.record("areas.join", actor_id, area_id=area_id, subject=f"user:{user_id}", source=source)


def leave_area(scope: Scope) -> None:
    """End the viewer's membership.

    Errors: raises Denied where nobody leaves, Invalid for the last admin and for memberships
        that come from a rule.
    """
    if scope.user_id is None or not scope.member:
        return
    if not rules.can_leave(scope):
        raise Denied(_("Hier gehören alle dazu: Diesen Bereich kann man nicht verlassen."))
    _end_membership(scope, scope.user_id, why="left")
    audit.record("areas.leave", scope.user_id, area_id=scope.area.id)


def remove_member(scope: Scope, user_id: int, *, reason: str = "") -> None:
    """End somebody else's membership; members by a moderator, the core team by an admin.

    Errors: raises Denied without the role, NotFound when there is no such member, Invalid for
        the last admin and for memberships that come from a rule.
    """
    rules.require(scope, "remove_member")
    reason = check_reason(reason)
    _end_membership(scope, user_id, why="removed")
    audit.record(
        "areas.remove_member",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"user:{user_id}",
        reason=reason,
    )


def _end_membership(scope: Scope, user_id: int, *, why: Literal["left", "removed"]) -> None:
    area_id = scope.area.id
    seat = Seat(area_id, user_id)
    with unscoped("areas: who leaves may stop reading") as session:
        lock_people(session, seat)
        role = find_role(session, seat)
        if role is None:
            raise NotFound
        if why == "removed" and role != "member":
            rules.require(scope, "set_roles")
        take_back(session, seat)
        revoke_own_invitations(session, seat)
        if find_role(session, seat) is not None:
            raise Invalid("", _("Diese Mitgliedschaft kommt aus einer Regel und endet mit ihr."))
        if role == "admin":
            require_admin_left(session, area_id)
        settle_people(session, seat)
    events.append(MemberLeft(area_id=area_id, actor_id=scope.user_id, user_id=user_id, why=why))


def set_role(
    scope: Scope,
    user_id: int,
    *,
    role: Role,
    title: Title = "",
    ends_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Give somebody a role in the area, member or not yet, in place of what they had.

    Errors: raises Denied without the role, Invalid when it would take the last admin away or
        end before it begins.
    """
    rules.require(scope, "set_roles")
    reason = check_reason(reason)
    if ends_at is not None and ends_at <= clock.now():
        raise Invalid("ends_at", _("Das Ende muss in der Zukunft liegen."))
    with unscoped("areas: a role changes who reads below") as session:
        before = _replace_role(session, scope, user_id, role=role, title=title, ends_at=ends_at)
    _tell_role(scope, user_id, before=before, role=role, title=title, reason=reason)


def appoint_chair(scope: Scope, user_id: int, *, reason: str = "") -> None:
    """Make somebody chair and admin of the area; who chaired before keeps the role.

    This is also how an admin above gives a sealed area into good hands, never into the own.

    Errors: raises Denied without the role.
    """
    rules.require(scope, "appoint_chair")
    reason = check_reason(reason)
    if user_id == scope.user_id and not scope.has_role("admin"):
        raise Denied(_("In einen geschützten Bereich kann man sich nicht selbst einsetzen."))
    with unscoped("areas: an admin above appoints without reading") as session:
        before = _replace_role(session, scope, user_id, role="admin", title="chair", ends_at=None)
        session.execute(
            sa.update(Grant)
            .where(
                Grant.area_id == scope.area.id,
                Grant.title == "chair",
                Grant.user_id != user_id,
            )
            .values(title="")
            .execution_options(synchronize_session=False)
        )
    _tell_role(scope, user_id, before=before, role="admin", title="chair", reason=reason)


def _require_active(session: Session, user_id: int) -> None:
    """Errors: raises NotFound for who is no member of the site (any more): nobody, a ghost."""
    if session.scalar(sa.select(_user.c.state).where(_user.c.id == user_id)) != "active":
        raise NotFound


def _replace_role(
    session: Session,
    scope: Scope,
    user_id: int,
    *,
    role: Role,
    title: Title,
    ends_at: datetime | None,
) -> str | None:
    """Put one grant in the place of all that people granted before; return the role before."""
    seat = Seat(scope.area.id, user_id)
    _require_active(session, user_id)
    lock_people(session, seat)
    before = find_role(session, seat)
    held = take_back(session, seat)
    write_grant(
        session,
        seat,
        role=role,
        title=title,
        source="admin",
        starts_at=held.since,
        ends_at=ends_at,
        granted_by=scope.user_id,
        held=held.roles,
    )
    if before is not None and RANK[before] > RANK[role]:
        revoke_own_invitations(session, seat)
    if before == "admin" and (role != "admin" or ends_at is not None):
        require_admin_left(session, seat.area_id)
    drop_application(session, seat)
    settle_people(session, seat)
    return before


def _tell_role(
    scope: Scope, user_id: int, *, before: str | None, role: Role, title: Title, reason: str
) -> None:
    area_id, actor_id = scope.area.id, scope.user_id
    if before is None:
        events.append(
            MemberJoined(area_id=area_id, actor_id=actor_id, user_id=user_id, source="admin")
        )
    if before != role:
        events.append(
            RoleChanged(area_id=area_id, actor_id=actor_id, user_id=user_id, role=role, title=title)
        )
    audit.record(
        "areas.set_role",
        actor_id,
        area_id=area_id,
        subject=f"user:{user_id}",
        reason=reason,
        before=before,
        after=role,
        title=title,
    )


def settle_grants() -> int:
    """Begin the grants whose time has come and end those whose time is over; return how many.

    Roles count to the minute without it; this brings read sets, counts and the log in step.
    For the schedule, once a minute. Cost: few statements however many there are.
    """
    now = clock.now()
    with unscoped("areas: the schedule has no viewer") as session:
        lock_tree(session)
        ended = session.execute(
            sa.delete(Grant)
            .where(Grant.ends_at <= now)
            .returning(Grant.area_id, Grant.user_id)
            .execution_options(synchronize_session=False)
        ).all()
        begun = session.execute(
            sa.update(Grant)
            .where(Grant.in_force.is_(sa.false()), Grant.starts_at <= now)
            .values(in_force=True)
            .returning(Grant.area_id, Grant.user_id)
            .execution_options(synchronize_session=False)
        ).all()
        touched = {(row.area_id, row.user_id) for row in (*ended, *begun)}
        if not touched:
            return 0
        refresh_users(session, {user_id for _area_id, user_id in touched})
        count_members(session, sorted({area_id for area_id, _user_id in touched}))
        roles = list_roles(session, touched)
    tell_settled(touched, roles)
    return len(ended) + len(begun)


def list_roles(session: Session, pairs: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return the highest role that these people hold in these areas now, where they hold any."""
    rows = session.execute(
        sa.select(Grant.area_id, Grant.user_id, Grant.role).where(
            Grant.user_id.in_({user_id for _area_id, user_id in pairs}), in_force()
        )
    )
    roles: dict[tuple[int, int], str] = {}
    for area_id, user_id, role in rows:
        held = roles.get((area_id, user_id), role)
        roles[area_id, user_id] = max(held, role, key=RANK.__getitem__)
    return roles


def tell_settled(pairs: set[tuple[int, int]], roles: dict[tuple[int, int], str]) -> None:
    """Append events and audit entries of grants that ended or began by themselves."""
    for area_id, user_id in sorted(pairs):
        role = roles.get((area_id, user_id))
        subject = f"user:{user_id}"
        if role is None:
            events.append(
                MemberLeft(area_id=area_id, user_id=user_id, why="ended", origin="system")
            )
        else:
            events.append(RoleChanged(area_id=area_id, user_id=user_id, role=role, origin="system"))
        audit.record("areas.settle_grant", None, area_id=area_id, subject=subject, role=role)
