"""Members as authors: the columns that statements join, the rows that pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from forum.accounts.current import join_line, make_person
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
        line = join_line(self.title, self.organisation)
        return make_person(name=self.name, handle=self.handle, avatar=self.avatar, line=line)


def person_columns(table: Any = member) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the columns of a PersonRow, in its order; the caller joins the table."""
    c = table.c
    return (c.id, c.handle, c.name, c.title, c.organisation, c.avatar, c.state)


def named_member(name: str) -> NamedFromClause:
    """Return the table under another name, for statements that join it twice."""
    return member.alias(name)
