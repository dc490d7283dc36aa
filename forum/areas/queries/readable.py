"""The read sets as others ask for them: by id, for people who are not the viewer."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from forum.areas.models import AreaReader
from forum.core.database import db
from forum.core.wall import EVERYBODY, SITE, Viewer


def has_reader(user_id: int, area_id: int) -> bool:
    """Tell whether a member of the site may read an area now: asked when something is delivered.

    Whether the account itself is still active is for accounts to say.
    Cost: one statement.
    """
    return bool(list_readers(area_id, [user_id]))


def list_readers(area_id: int, user_ids: Iterable[int]) -> set[int]:
    """Return which of these members of the site may read an area now. Cost: one statement."""
    users = set(user_ids)
    if not users:
        return set()
    statement = sa.select(AreaReader.principal).where(
        AreaReader.area_id == area_id,
        AreaReader.reads.is_(sa.true()),
        AreaReader.principal.in_({EVERYBODY, SITE, *users}),
    )
    found = set(db.session.scalars(statement))
    return users if found & {EVERYBODY, SITE} else found & users


def list_readable_ids(viewer: Viewer) -> set[int]:
    """Return the ids of all areas whose content the viewer may read. Cost: one statement."""
    statement = sa.select(AreaReader.area_id).where(
        AreaReader.principal.in_(viewer.principals), AreaReader.reads.is_(sa.true())
    )
    return set(db.session.scalars(statement))
