"""Members as authors: the columns that statements join, the rows that pages show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from forum.accounts.current import avatar_url, join_line
from forum.core.database import db
from forum.web.i18n import gettext as _
from forum.web.people import Person

# Named without its model, which is the business of `accounts`: who may read a post sees its author.
member: Final = sa.table(
    "user",
    sa.column("id", sa.Integer),
    sa.column("handle", sa.String),
    sa.column("name", sa.String),
    sa.column("title", sa.String),
    sa.column("organisation", sa.String),
    sa.column("avatar", sa.String),
    sa.column("state", sa.String),
    sa.column("created_at", sa.DateTime),
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member as an author; a former member has no name any more."""

    id: int
    handle: str
    name: str
    title: str
    organisation: str
    avatar: str | None
    state: str

    @property
    def person(self) -> Person:
        """The member as the macros of the pages want it."""
        if self.state == "erased":
            return Person(name=_("Ehemaliges Mitglied"))
        url = f"/u/{self.handle}" if self.state != "ghost" else ""
        line = join_line(self.title, self.organisation)
        return Person(name=self.name, url=url, avatar=avatar_url(self.avatar), line=line)


def person_columns(table: Any = member) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the columns of a PersonRow, in its order; the caller joins the table."""
    c = table.c
    return (c.id, c.handle, c.name, c.title, c.organisation, c.avatar, c.state)


def named_member(name: str) -> NamedFromClause:
    """Return the table under another name, for statements that join it twice."""
    return member.alias(name)


_PEOPLE = sa.select(*person_columns()).where(member.c.id.in_(sa.bindparam("ids", expanding=True)))
_BY_HANDLE = sa.select(*person_columns()).where(
    member.c.handle.in_(sa.bindparam("handles", expanding=True)),
    member.c.state.in_(("active", "suspended")),
)


def list_people(user_ids: Collection[int]) -> dict[int, PersonRow]:
    """Return members by id; the caller got the ids from rows that the viewer may read.

    Cost: one statement, also for none, so that a page's count never depends on what it shows.
    """
    rows = db.session.execute(_PEOPLE, {"ids": sorted(set(user_ids))})
    return {row[0]: PersonRow(*row) for row in rows}


def list_by_handle(handles: Iterable[str]) -> list[PersonRow]:
    """Return the members behind handles.

    Cost: one statement, none when there are no handles.
    """
    wanted = sorted({handle.lower() for handle in handles})
    if not wanted:
        return []
    return [PersonRow(*row) for row in db.session.execute(_BY_HANDLE, {"handles": wanted})]
