"""Writing and taking back grants: what every way of belonging to an area comes down to.

Callers have checked the rule and hold an unscoped session; they append the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.areas.models import Application, Area, Grant, Invitation, in_force
from forum.areas.scope import RANK
from forum.areas.upkeep import count_members, lock_area, lock_user, refresh_users
from forum.core import clock
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _

# The members' table belongs to accounts; whether somebody is active is all that counts here.
_user = sa.table("user", sa.column("id"), sa.column("state"))


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in one area."""

    area_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """Since when somebody belonged, and since when they had which role at least."""

    since: datetime | None = None
    roles: Mapping[str, datetime] = field(default_factory=dict)


HUMAN: Final = ("self", "application", "invitation", "admin", "system")
"""Sources that people act through; rules, seats and deputyships come and go by themselves."""
SINCE: Final[Mapping[str, Any]] = {
    "editor": Grant.editor_since,
    "moderator": Grant.moderator_since,
    "admin": Grant.admin_since,
}
"""Where a grant says since when a role is held; plain membership begins with the grant."""


def write_grant(
    session: Session,
    seat: Seat,
    *,
    role: str,
    source: str,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    granted_by: int | None = None,
    held: Mapping[str, datetime] | None = None,
) -> bool:
    """Write one grant; return False when there was one from this source already.

    `held`: since when the roles are held that this grant takes over; others begin with it.
    """
    now = clock.now()
    begins = now if held is not None else starts_at or now
    values = {
        "area_id": seat.area_id,
        "user_id": seat.user_id,
        "role": role,
        "title": title,
        "source": source,
        "starts_at": starts_at or now,
        "ends_at": ends_at,
        "in_force": starts_at is None or starts_at <= now,
        "granted_by_id": granted_by,
        **date_roles(role, begins, held or {}),
    }
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(Grant).values(values).on_conflict_do_nothing().returning(Grant.id)
    return session.execute(statement).scalar_one_or_none() is not None


def date_roles(
    role: str, begins: datetime, held: Mapping[str, datetime] = MappingProxyType({})
) -> dict[str, datetime | None]:
    """Return the columns that say since when each role up to this one is held."""
    return {
        column.key: held.get(name, begins) if RANK[name] <= RANK[role] else None
        for name, column in SINCE.items()
    }


def lock_people(session: Session, seat: Seat) -> None:
    """Let nobody else change this user's rows or decide about this area's people meanwhile."""
    lock_user(session, seat.user_id)
    lock_area(session, seat.area_id)


def settle_people(session: Session, seat: Seat) -> None:
    """Bring read sets and counts in step with somebody's grants in an area."""
    refresh_users(session, [seat.user_id])
    count_members(session, [seat.area_id])


def find_role(session: Session, seat: Seat) -> str | None:
    """Return the highest role somebody holds in the area itself."""
    held = session.scalars(
        sa.select(Grant.role).where(
            Grant.area_id == seat.area_id, Grant.user_id == seat.user_id, in_force()
        )
    )
    return max(held, key=RANK.__getitem__, default=None)


def find_effective_role(session: Session, seat: Seat) -> str | None:
    """Return the highest role that an active member has in the area, own or from above.

    Cost: one statement.
    """
    held = session.execute(
        sa.select(Area.flow, Grant.area_id, Grant.role)
        .join(Grant, Grant.user_id == seat.user_id)
        .join(_user, _user.c.id == Grant.user_id)
        .where(Area.id == seat.area_id, in_force(), _user.c.state == "active")
    )
    roles = [
        role
        for flow, area_id, role in held
        if area_id == seat.area_id or (area_id in flow and role != "member")
    ]
    return max(roles, key=RANK.__getitem__, default=None)


def take_back(session: Session, seat: Seat) -> Held:
    """Delete what people granted somebody in an area; return since when they had it.

    With the role go the invitations that somebody sent with it.
    """
    mine = (Grant.area_id == seat.area_id, Grant.user_id == seat.user_id, Grant.source.in_(HUMAN))
    dates = (sa.func.min(column) for column in (Grant.starts_at, *SINCE.values()))
    since, *roles = session.execute(sa.select(*dates).where(*mine)).one()
    session.execute(sa.delete(Grant).where(*mine).execution_options(synchronize_session=False))
    return Held(since, {name: at for name, at in zip(SINCE, roles, strict=True) if at is not None})


def revoke_own_invitations(session: Session, seat: Seat) -> None:
    """Let the links no longer work that somebody sent by virtue of a role now lost."""
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.area_id == seat.area_id,
            Invitation.created_by_id == seat.user_id,
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def require_admin_left(session: Session, area_id: int) -> None:
    """Refuse to leave an area to nobody: roles flow down, so one on the way is enough.

    Errors: raises Invalid when no admin is left; the caller's transaction rolls back.
    """
    flow = session.scalar(sa.select(Area.flow).where(Area.id == area_id))
    left = sa.select(Grant.id).where(
        Grant.area_id.in_(flow or [area_id]), Grant.role == "admin", in_force()
    )
    if session.scalar(left.limit(1)) is None:
        raise Invalid("role", _("Das ist der letzte Admin. Ernenne zuerst jemand anderen."))


def drop_application(session: Session, seat: Seat) -> None:
    """End a pending application of somebody who belongs to the area by another way now."""
    session.execute(
        sa.update(Application)
        .where(
            Application.area_id == seat.area_id,
            Application.user_id == seat.user_id,
            Application.state == "pending",
        )
        .values(state="withdrawn", decided_at=clock.now())
        .execution_options(synchronize_session=False)
    )
