"""The read sets as others ask for them: by id, for people who are not the viewer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import sqlalchemy as sa

from forum.areas.models import AreaReader, Grant, in_force
from forum.areas.scope import RANK, AreaRow, Role
from forum.core.among import among
from forum.core.database import db, unscoped
from forum.core.wall import EVERYBODY, SITE, Viewer

_REACH: Final = sa.select(AreaReader.area_id, AreaReader.principal).where(
    AreaReader.reads.is_(sa.true()), among(AreaReader.principal, "principals")
)


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


def list_holders(area: AreaRow, user_ids: Iterable[int], *, least: Role) -> set[int]:
    """Return which of these members have a role of at least `least` in an area, also from above.

    Of above comes what is more than plain membership, as in `Standing.role_in`.
    Cost: one statement.
    """
    users = set(user_ids)
    if not users or (area.everyone and least == "member"):
        return users
    rank = sa.case(RANK, value=Grant.role)
    here = sa.and_(Grant.area_id == area.id, rank >= RANK[least])
    flowing = sa.and_(Grant.area_id.in_(area.flow), rank >= max(RANK[least], RANK["editor"]))
    statement = sa.select(Grant.user_id).where(
        Grant.user_id.in_(users), in_force(), sa.or_(here, flowing)
    )
    with unscoped("areas: who has a role somewhere is asked for nobody") as session:
        return set(session.scalars(statement))


def list_reach(user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return for each of these members of the site the areas whose content they may read now.

    Members who read the same share one set.
    Cost: one statement, whatever the number of members.
    """
    principals = [EVERYBODY, SITE, *sorted(user_ids)]
    common: set[int] = set()
    own: dict[int, set[int]] = {}
    for area_id, principal in db.session.execute(_REACH, {"principals": principals}):
        (common if principal <= 0 else own.setdefault(principal, set())).add(area_id)
    shared: dict[frozenset[int], frozenset[int]] = {}
    found = {}
    for user_id in user_ids:
        reads = frozenset(common | own.get(user_id, set()))
        found[user_id] = shared.setdefault(reads, reads)
    return found


def list_readable_ids(viewer: Viewer) -> set[int]:
    """Return the ids of all areas whose content the viewer may read. Cost: one statement."""
    statement = sa.select(AreaReader.area_id).where(
        AreaReader.principal.in_(viewer.principals), AreaReader.reads.is_(sa.true())
    )
    return set(db.session.scalars(statement))
