"""Moving a branch with a thousand areas below it to another place in the tree, as its form does."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Final

import sqlalchemy as sa
from flask import Flask

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.accounts.models import User
from forum.areas.models import AreaReader
from forum.areas.operations import NewArea, NewMember, add_members, create_areas, move_area
from forum.areas.queries import get_system_scope
from forum.areas.spec import AreaSpec
from forum.core.database import refresh_statistics, unit, unscoped
from forum.testing.builders import make_user
from forum.testing.databases import dispose

BELOW: Final = 1_000
TOWNS: Final = 40
SEATS: Final = 5
"""So many members each of the closed groups has."""
PLACES: Final = ("move-old", "move-new")


def measure_moving(ground: Ground, *, rounds: int) -> Figure:
    """Move the branch to and fro between two places, each with an admin of its own.

    Each move is a whole unit with its event, its log and its commit; after it the new admin above
    reads all of the branch, the old one nothing. Measured last: the tree stays. Units: s.

    Errors: AssertionError when somebody reads more or less than that.
    """
    app = ground.make_app()
    admins = _found(app)
    took = []
    for number in range(rounds + 1):
        place = (number + 1) % 2
        took.append(_move(app, PLACES[place]))
        read = [_count_read(app, admin) for admin in admins]
        assert read == [BELOW + 1 if one == place else 0 for one in range(2)], read
    dispose(app)
    return Figure("move", tuple(took[1:]), f"{BELOW:,} closed areas below, {SEATS} members each")


def _found(app: Flask) -> Sequence[int]:
    admins = [make_user(app, "Hanna Hier"), make_user(app, "Theo Dort")]
    with app.app_context():
        with unit():
            ids = create_areas(_grow(get_system_scope(None).area.slug))
        with unit():
            _seat(ids, admins)
        with unit():
            refresh_statistics()
    return admins


def _grow(root: str) -> list[NewArea]:
    """Return two places, the branch under the first, towns under it, groups under each town."""
    rows = [_area(place, root) for place in PLACES]
    rows += [_area("move", PLACES[0])]
    rows += [_area(f"move-town-{n}", "move") for n in range(TOWNS)]
    groups = range(BELOW - TOWNS)
    return rows + [_area(f"move-group-{n}", f"move-town-{n % TOWNS}") for n in groups]


def _area(slug: str, parent: str) -> NewArea:
    return NewArea(spec=AreaSpec(name=slug, slug=slug, visibility="hidden"), parent=parent)


def _seat(ids: dict[str, int], admins: Sequence[int]) -> None:
    for place, admin in zip(PLACES, admins, strict=True):
        add_members([NewMember(area_id=ids[place], user_id=admin, role="admin")])
    with unscoped("benchmarks take whom there is") as session:
        others = sa.select(User.id).where(User.id.not_in(admins)).order_by(User.id)
        people = list(session.scalars(others.limit(1_000)))
    groups = [area_id for slug, area_id in ids.items() if slug.startswith("move-group-")]
    add_members(
        [
            NewMember(area_id=area_id, user_id=people[(number * SEATS + seat) % len(people)])
            for number, area_id in enumerate(groups)
            for seat in range(SEATS)
        ]
    )


def _move(app: Flask, place: str) -> float:
    with app.app_context():
        began = perf_counter()
        with unit():
            move_area(get_system_scope("move"), get_system_scope(place))
        return perf_counter() - began


def _count_read(app: Flask, user_id: int) -> int:
    """Return how many areas of the branch a member reads: all that they read but their place."""
    own = sa.select(sa.func.count()).where(
        AreaReader.principal == user_id, AreaReader.reads.is_(sa.true())
    )
    with app.app_context(), unit(), unscoped("benchmarks count who reads") as session:
        return (session.scalar(own) or 0) - 1
