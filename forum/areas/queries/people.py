"""People of an area: core team, members, applications, invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa

from forum.areas.links import InvitationGone, is_backed, is_usable, takes_members
from forum.areas.models import Application, Area, Grant, Invitation, in_force
from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.scope import RANK, Role, Scope
from forum.core import clock, limits
from forum.core.database import db, unscoped
from forum.core.wall import as_viewer
from forum.web.pagination import Cut, Page, cut_page
from forum.web.people import Person

_rank = sa.case(RANK, value=Grant.role)
_NAMES = {rank: role for role, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One of the core team; `title` is chair, deputy, office or ""."""

    user_id: int
    person: Person
    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with the highest own role; `until` when it ends by itself."""

    user_id: int
    person: Person
    role: Role
    title: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """Somebody who asks to join."""

    id: int
    user_id: int
    person: Person
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


def _membership() -> sa.Subquery:
    """One row per person with what counts of all their grants; bind `area_id`."""
    return (
        sa.select(
            Grant.user_id.label("holder_id"),
            sa.func.max(_rank).label("rank"),
            sa.func.max(Grant.title).label("office"),
            sa.func.min(Grant.starts_at).label("since"),
            sa.func.max(Grant.ends_at).label("until"),
            sa.func.count(Grant.ends_at).label("ending"),
            sa.func.count().label("grants"),
        )
        .where(Grant.area_id == sa.bindparam("area_id"), in_force())
        .group_by(Grant.user_id)
        .subquery()
    )


def _select_team(*, chair_only: bool) -> sa.Select[Any]:
    held = _membership()
    chair = held.c.office == "chair"
    statement = (
        sa.select(*PERSON, held.c.rank, held.c.office)
        .join(held, held.c.holder_id == USER.c.id)
        .where(held.c.rank > RANK["member"])
        .order_by(chair.desc(), held.c.rank.desc(), USER.c.name_key, USER.c.id)
        .limit(limits.PAGE_ROWS)
    )
    return statement.where(chair) if chair_only else statement


_TEAM: Final = _select_team(chair_only=False)
_CHAIR: Final = _select_team(chair_only=True)


def list_core_team(scope: Scope) -> list[TeamRow]:
    """List editors, moderators and admins of the area itself, the chair first.

    Who only oversees a sealed area is told its chair and nobody else.
    Cost: one statement.
    """
    told_all = scope.reads or scope.area.effective != "hidden"
    with as_viewer(scope.viewer):
        rows = db.session.execute(_TEAM if told_all else _CHAIR, {"area_id": scope.area.id}).all()
    return [_to_team(row) for row in rows]


def list_members(scope: Scope, cut: Cut) -> Page[MemberRow]:
    """List members of the area itself, core team first, then by name.

    Shapes: `cut` with keys (int, str, int).
    Cost: one statement.
    """
    held = _membership()
    key = (RANK["admin"] - held.c.rank, USER.c.name_key, USER.c.id)
    columns = (*PERSON, *held.c, USER.c.name_key)
    statement = sa.select(*columns).join(held, held.c.holder_id == USER.c.id)
    if cut.before is not None:
        statement = statement.where(sa.tuple_(*key) < sa.tuple_(*map(sa.literal, cut.before)))
        statement = statement.order_by(*(part.desc() for part in key))
    else:
        if cut.after is not None:
            statement = statement.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, cut.after)))
        statement = statement.order_by(*key)
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.limit(cut.fetch), {"area_id": scope.area.id}).all()
    page = cut_page(rows, cut, lambda row: (RANK["admin"] - row.rank, row.name_key, row.user_id))
    return Page([_to_member(row) for row in page.items], page.next, page.prev)


def _select_member() -> sa.Select[Any]:
    held = _membership()
    return (
        sa.select(*PERSON, *held.c)
        .join(held, held.c.holder_id == USER.c.id)
        .where(USER.c.id == sa.bindparam("user_id"))
    )


_MEMBER: Final = _select_member()


def find_member(scope: Scope, user_id: int) -> MemberRow | None:
    """Return somebody's membership of the area itself. Cost: one statement."""
    values = {"area_id": scope.area.id, "user_id": user_id}
    with as_viewer(scope.viewer):
        row = db.session.execute(_MEMBER, values).one_or_none()
    return None if row is None else _to_member(row)


def _to_team(row: Any) -> TeamRow:
    person = cast(Person, to_person(row))
    return TeamRow(row.user_id, person, cast(Role, _NAMES[row.rank]), row.office)


def _to_member(row: Any) -> MemberRow:
    # Several grants end with the last of them, and not at all when one has no end.
    until = row.until if row.ending == row.grants else None
    person = cast(Person, to_person(row))
    role = cast(Role, _NAMES[row.rank])
    return MemberRow(row.user_id, person, role, row.office, row.since, until)


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
        *PERSON,
        Application.id.label("application_id"),
        Application.reason,
        Application.state,
        Application.answer,
        Application.created_at,
    ).join(Application, Application.user_id == USER.c.id)


def _to_application(row: Any) -> ApplicationRow:
    return ApplicationRow(
        row.application_id,
        row.user_id,
        cast(Person, to_person(row)),
        row.reason,
        row.state,
        row.answer,
        row.created_at,
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
    email: str | None


def get_invited(token: str) -> Invited:
    """Say where a link leads; its holder may know, whatever the area's visibility.

    Errors: raises InvitationGone when it does not work.
    Cost: two statements.
    """
    statement = (
        sa.select(
            Area.slug,
            Area.name,
            Area.summary,
            Invitation.area_id,
            Invitation.role,
            Invitation.email,
            Invitation.created_by_id,
        )
        .join(Invitation, Invitation.area_id == Area.id)
        .where(is_usable(token), takes_members())
    )
    with unscoped("areas: the holder of a link may know where it leads") as session:
        row = session.execute(statement).one_or_none()
        if row is None or not is_backed(session, row):
            raise InvitationGone
    return Invited(row.slug, row.name, row.summary, cast(Role, row.role), row.email)
