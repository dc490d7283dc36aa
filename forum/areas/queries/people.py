"""People of an area: core team, members, applications, invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from forum.areas.links import InvitationGone, is_usable
from forum.areas.models import Application, Area, Grant, Invitation, in_force
from forum.areas.scope import RANK, Role, Scope
from forum.core import clock, limits
from forum.core.database import db, unscoped
from forum.core.wall import as_viewer
from forum.web.pagination import Cut, Page, cut_page

# The members' table belongs to accounts; of its model we need no more than these columns.
_user = sa.table(
    "user",
    *(sa.column(name) for name in ("id", "handle", "name", "title", "organisation", "avatar")),
)
_PERSON = (_user.c.id, _user.c.handle, _user.c.name, _user.c.title, _user.c.organisation)
_rank = sa.case(RANK, value=Grant.role)
_NAMES = {rank: role for role, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """A person as lists show one; never with an address."""

    user_id: int
    handle: str
    name: str
    position: str
    organisation: str
    avatar: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One of the core team; `title` is chair, deputy, office or ""."""

    person: Named
    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with the highest own role; `until` when it ends by itself."""

    person: Named
    role: Role
    title: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """Somebody who asks to join."""

    id: int
    person: Named
    reason: str
    state: str
    answer: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that still works."""

    id: int
    role: Role
    email: str | None
    max_uses: int
    uses: int
    created_at: datetime
    expires_at: datetime


def _named(row: Any) -> Named:
    return Named(row.id, row.handle, row.name, row.title, row.organisation, row.avatar)


def _membership(area_id: int) -> sa.Subquery:
    """One row per person with what counts of all their grants."""
    return (
        sa.select(
            Grant.user_id,
            sa.func.max(_rank).label("rank"),
            sa.func.max(Grant.title).label("office"),
            sa.func.min(Grant.starts_at).label("since"),
            sa.func.max(Grant.ends_at).label("until"),
            sa.func.count(Grant.ends_at).label("ending"),
            sa.func.count().label("grants"),
        )
        .where(Grant.area_id == area_id, in_force())
        .group_by(Grant.user_id)
        .subquery()
    )


def list_core_team(scope: Scope) -> list[TeamRow]:
    """List editors, moderators and admins of the area itself, the chair first.

    Who only oversees a sealed area is told its chair and nobody else.
    Cost: one statement.
    """
    held = _membership(scope.area.id)
    chair = held.c.office == "chair"
    statement = (
        sa.select(*_PERSON, _user.c.avatar, held.c.rank, held.c.office)
        .join(held, held.c.user_id == _user.c.id)
        .where(held.c.rank > RANK["member"])
        .order_by(chair.desc(), held.c.rank.desc(), _user.c.name, _user.c.id)
        .limit(limits.PAGE_ROWS)
    )
    if not scope.reads and scope.area.effective == "hidden":
        statement = statement.where(chair)
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement).all()
    return [TeamRow(_named(row), cast(Role, _NAMES[row.rank]), row.office) for row in rows]


def list_members(scope: Scope, cut: Cut) -> Page[MemberRow]:
    """List members of the area itself, core team first, then by name.

    Shapes: `cut` with keys (int, str, int).
    Cost: one statement.
    """
    held = _membership(scope.area.id)
    key = (RANK["admin"] - held.c.rank, sa.func.lower(_user.c.name), _user.c.id)
    columns = (*_PERSON, _user.c.avatar, *held.c, key[1].label("sort_name"))
    statement = sa.select(*columns).join(held, held.c.user_id == _user.c.id)
    if cut.before is not None:
        statement = statement.where(sa.tuple_(*key) < sa.tuple_(*map(sa.literal, cut.before)))
        statement = statement.order_by(*(part.desc() for part in key))
    else:
        if cut.after is not None:
            statement = statement.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, cut.after)))
        statement = statement.order_by(*key)
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.limit(cut.fetch)).all()
    page = cut_page(rows, cut, lambda row: (RANK["admin"] - row.rank, row.sort_name, row.id))
    return Page([_to_member(row) for row in page.items], page.next, page.prev)


def _to_member(row: Any) -> MemberRow:
    until = row.until if row.ending == row.grants else None
    return MemberRow(_named(row), cast(Role, _NAMES[row.rank]), row.office, row.since, until)


def list_applications(scope: Scope) -> list[ApplicationRow]:
    """List who waits for an answer, the longest first. Cost: one statement."""
    statement = (
        _applications()
        .where(Application.area_id == scope.area.id, Application.state == "pending")
        .order_by(Application.created_at, Application.id)
        .limit(limits.PAGE_ROWS)
    )
    with as_viewer(scope.viewer):
        return [_to_application(row) for row in db.session.execute(statement)]


def find_own_application(scope: Scope) -> ApplicationRow | None:
    """Return the viewer's latest application to the area. Cost: one statement."""
    if scope.user_id is None:
        return None
    statement = (
        _applications()
        .where(Application.area_id == scope.area.id, Application.user_id == scope.user_id)
        .order_by(Application.id.desc())
        .limit(1)
    )
    with as_viewer(scope.viewer):
        row = db.session.execute(statement).one_or_none()
    return None if row is None else _to_application(row)


def _applications() -> sa.Select[Any]:
    return sa.select(
        *_PERSON,
        _user.c.avatar,
        Application.id.label("application_id"),
        Application.reason,
        Application.state,
        Application.answer,
        Application.created_at,
    ).join(Application, Application.user_id == _user.c.id)


def _to_application(row: Any) -> ApplicationRow:
    return ApplicationRow(
        row.application_id, _named(row), row.reason, row.state, row.answer, row.created_at
    )


def list_invitations(scope: Scope) -> list[InvitationRow]:
    """List the links that still work, the newest first. Cost: one statement."""
    link = Invitation
    statement = (
        sa.select(
            link.id,
            link.role,
            link.email,
            link.max_uses,
            link.uses,
            link.created_at,
            link.expires_at,
        )
        .where(
            link.area_id == scope.area.id,
            link.revoked_at.is_(None),
            link.expires_at > clock.now(),
            link.uses < link.max_uses,
        )
        .order_by(link.id.desc())
        .limit(limits.PAGE_ROWS)
    )
    with as_viewer(scope.viewer):
        return [InvitationRow(*row) for row in cast(Any, db.session.execute(statement))]


@dataclass(frozen=True, slots=True)
class Invited:
    """Where an invitation leads, for the page that asks before it is used."""

    slug: str
    name: str
    summary: str
    role: Role


def get_invited(token: str) -> Invited:
    """Say where a link leads; its holder may know, whatever the area's visibility.

    Errors: raises InvitationGone when it does not work.
    Cost: one statement.
    """
    statement = (
        sa.select(Area.slug, Area.name, Area.summary, Invitation.role)
        .join(Invitation, Invitation.area_id == Area.id)
        .where(is_usable(token), Area.archived_at.is_(None))
    )
    with unscoped("areas: the holder of a link may know where it leads") as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        raise InvitationGone
    return Invited(*cast(Any, row))
