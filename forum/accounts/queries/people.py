"""People as others see them. Who is a member is no secret among members; addresses are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.current import avatar_url, join_line, make_person
from forum.accounts.models import MergedUser, User
from forum.accounts.names import fold
from forum.core.among import among
from forum.core.database import UTCDateTime, db
from forum.core.errors import NotFound
from forum.core.storage import storage
from forum.web.i18n import gettext as _
from forum.web.kept import keep_each
from forum.web.people import Person

SUGGESTIONS: Final = 8
_PAGE_OF_PEOPLE = sa.select(
    User.id, User.handle, User.name, User.title, User.organisation, User.avatar, User.state
).where(among(User.id, "ids"))


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's page; `person` is how they are shown elsewhere."""

    id: int
    handle: str
    person: Person
    picture: str
    title: str
    organisation: str
    bio: str
    state: str
    source: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may be meant by the letters typed so far."""

    id: int
    handle: str
    person: Person


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where mail to a member goes, in which language, in which zone."""

    user_id: int
    email: str
    name: str
    language: str
    timezone: str


def find_people(ids: Collection[int]) -> Mapping[int, Person]:
    """Return how each of these people is shown; ids that never were are missing.

    Cost: one statement for those whom this process has not shown since something changed.
    """
    return keep_each("person", {*ids}, _read_people) if ids else {}


def _read_people(ids: Collection[int]) -> dict[int, Person]:
    rows = db.session.execute(_PAGE_OF_PEOPLE, {"ids": sorted(ids)})
    return {row.id: _person(row) for row in rows}


def find_handles(handles: Collection[str]) -> Mapping[str, int]:
    """Return the ids of the active members with these handles (lower case), others are missing.

    Cost: one statement, none for no handles.
    """
    if not handles:
        return {}
    found = sa.select(User.handle, User.id).where(
        User.handle.in_(sorted({*handles})), User.state == "active"
    )
    return {row.handle: row.id for row in db.session.execute(found)}


def suggest_people(
    prefix: str, *, among: sa.Select[tuple[int]] | None = None, limit: int = SUGGESTIONS
) -> list[Suggestion]:
    """Return active members one of whose names, or whose handle, begins with `prefix`.

    `among` selects the ids of those who come into question (who may see the topic).
    Cost: one statement, a scan of the names.
    """
    # Folded text holds letters, digits and spaces only, so nothing in it is a LIKE wildcard.
    key = fold(prefix)
    if not key:
        return []
    fits = sa.or_(
        User.name_key.like(f"{key}%"),
        User.name_key.like(f"% {key}%"),
        User.handle.like(f"{key.replace(' ', '-')}%"),
    )
    statement = sa.select(
        User.id, User.handle, User.name, User.title, User.organisation, User.avatar, User.state
    ).where(fits, User.state == "active")
    if among is not None:
        statement = statement.where(User.id.in_(among))
    rows = db.session.execute(statement.order_by(User.name_key, User.id).limit(limit))
    return [Suggestion(row.id, row.handle, _person(row)) for row in rows]


def get_profile(handle: str) -> Profile:
    """Return the page of a person; a handle that went into another account gives that one's.

    Errors: NotFound when nobody has, or had, this handle.
    """
    row = db.session.execute(sa.select(*_PROFILE).where(User.handle == handle)).one_or_none()
    if row is None:
        raise NotFound
    if row.state == "erased":
        row = _find_merged(row.id) or row
    erased = row.state == "erased"
    return Profile(
        id=row.id,
        handle=row.handle,
        person=_person(row),
        picture="" if erased else avatar_url(row.portrait),
        title="" if erased else row.title,
        organisation="" if erased else row.organisation,
        bio="" if erased else row.bio,
        state=row.state,
        source=row.source,
        since=row.created_at,
    )


def _find_merged(user_id: int) -> Any | None:
    into = sa.select(MergedUser.into_id).where(MergedUser.user_id == user_id).scalar_subquery()
    return db.session.execute(sa.select(*_PROFILE).where(User.id == into)).one_or_none()


_PROFILE = (
    User.id,
    User.handle,
    User.name,
    User.title,
    User.organisation,
    User.avatar,
    User.portrait,
    User.state,
    User.bio,
    User.source,
    User.created_at,
)


def find_user_id(email: str) -> int | None:
    """Return the id of the active member with this address."""
    found: int | None = db.session.scalar(
        sa.select(User.id).where(User.email == email.strip().lower(), User.state == "active")
    )
    return found


RECIPIENTS: Final = (
    sa.select(
        User.id.label("user_id"),
        User.email,
        User.language,
        User.timezone,
        sa.func.coalesce(User.last_seen_at, User.created_at, type_=UTCDateTime()).label("seen_at"),
    )
    .where(User.state == "active", User.email.is_not(None))
    .subquery("recipient")
)
"""Who can be written to, to join: active members with an address, and when they were here last."""


def list_recipients(ids: Collection[int]) -> list[Recipient]:
    """Return where mail to these active members goes; those without an address are missing.

    Cost: one statement, none for no ids.
    """
    if not ids:
        return []
    rows = db.session.execute(
        sa.select(User.id, User.email, User.name, User.language, User.timezone)
        .where(User.id.in_(sorted({*ids})), User.state == "active", User.email.is_not(None))
        .order_by(User.id)
    )
    return [
        Recipient(row.id, row.email or "", row.name, row.language, row.timezone) for row in rows
    ]


def find_verified_address(user_id: int) -> str | None:
    """Return the address that an active member has shown to be theirs, in lower case.

    To compare with, never to show or keep. Cost: one statement.
    """
    statement = sa.select(User.email).where(
        User.id == user_id, User.state == "active", User.email_verified_at.is_not(None)
    )
    address = db.session.scalar(statement)
    return address.lower() if address else None


def find_picture(file: str) -> bytes | None:
    """Return a picture's content, None when it is (no longer) anybody's: other files are not ours.

    Cost: one statement and one file.
    """
    owned = sa.select(User.id).where(sa.or_(User.avatar == file, User.portrait == file)).limit(1)
    if db.session.scalar(owned) is None:
        return None
    return storage().get(file)


def _person(row: Any) -> Person:
    if row.state == "erased":
        return Person(name=_("Ehemaliges Mitglied"))
    line = join_line(row.title, row.organisation)
    return make_person(name=row.name, handle=row.handle, avatar=row.avatar, line=line)
