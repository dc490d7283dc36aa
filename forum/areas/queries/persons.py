"""How people stand in lists of areas: the columns of accounts that it takes, joined in."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.current import join_line, make_person
from forum.core.database import UTCDateTime
from forum.web.i18n import gettext as _
from forum.web.people import Person

# The members' table belongs to accounts; lists of people are one statement with these of it.
USER: Final = sa.table(
    "user",
    *(
        sa.column(name)
        for name in (
            "id",
            "handle",
            "name",
            "name_key",
            "title",
            "organisation",
            "avatar",
            "state",
        )
    ),
    sa.column("created_at", UTCDateTime()),
)
PERSON: Final = (
    USER.c.id.label("user_id"),
    USER.c.handle,
    USER.c.name.label("person_name"),
    USER.c.title.label("person_title"),
    USER.c.organisation,
    USER.c.avatar,
    USER.c.state.label("person_state"),
)


def to_person(row: Any) -> Person | None:
    """Build the person of a row with the columns of PERSON; None when there is none."""
    if row.user_id is None:
        return None
    if row.person_state == "erased":
        return Person(name=_("Ehemaliges Mitglied"))
    line = join_line(row.person_title, row.organisation)
    return make_person(name=row.person_name, handle=row.handle, avatar=row.avatar, line=line)
