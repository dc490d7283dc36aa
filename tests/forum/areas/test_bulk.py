"""Bulk loads equal single steps; big trees move in time."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.areas import operations, queries
from forum.areas.models import Area
from forum.areas.operations import AreaSpec, NewArea, NewMember
from forum.core import clock
from forum.core.database import db
from forum.core.errors import Invalid
from forum.testing.fixtures import BuildOnce
from forum.testing.statements import count_statements
from tests.forum.areas.test_upkeep import check
from tests.forum.areas.town import Town

TREE = 2_500
BELOW = 1_000
LIMIT = 2.0


def rows() -> list[NewArea]:
    made = [NewArea(spec=AreaSpec(name="Bund", slug="bund", kind="federation"), parent=None)]
    for land in ("ni", "by"):
        made.append(NewArea(spec=AreaSpec(name=land, slug=land, kind="region"), parent="bund"))
        spec = AreaSpec(name="Recht", slug=f"recht-{land}", visibility="hidden", sealed=True)
        made.append(NewArea(spec=spec, parent=land))
        made.append(NewArea(spec=AreaSpec(name="Rat", slug=f"rat-{land}"), parent=f"recht-{land}"))
    return made


def test_a_whole_tree_and_its_people(town: Town) -> None:
    town.add_users("ada", "mia")
    with town.writing():
        ids = operations.create_areas(rows()[::-1])
        operations.add_members(
            [
                NewMember(area_id=ids["bund"], user_id=town.users["ada"], role="admin"),
                NewMember(area_id=ids["rat-ni"], user_id=town.users["mia"]),
                NewMember(area_id=ids["recht-ni"], user_id=town.users["mia"], title="chair"),
            ]
        )
    assert list(ids) == [row.spec.slug for row in rows()[::-1]]
    check(town)
    assert town.area("recht-ni").member_count == 1
    assert town.reads("mia", "rat-ni")
    assert not town.reads("ada", "rat-ni")


def test_more_can_be_hung_on_what_stands(town: Town) -> None:
    town.found()
    with town.writing():
        operations.create_areas(rows()[1:])
    check(town)


@pytest.mark.parametrize(
    ("spec", "parent", "field"),
    [
        (AreaSpec(name="X", slug="bund"), "bund", "slug"),
        (AreaSpec(name="X", slug="x"), "nirgends", "parent"),
        (AreaSpec(name="X"), "bund", "slug"),
    ],
)
def test_bad_rows_are_refused(town: Town, spec: AreaSpec, parent: str, field: str) -> None:
    town.found()
    with pytest.raises(Invalid) as refused, town.writing():
        operations.create_areas([NewArea(spec=spec, parent=parent)])
    assert refused.value.field == field


def test_events_of_bulk_loads_are_imports(town: Town) -> None:
    from forum.core.events import EventRow

    town.add_users("ada")
    with town.writing():
        ids = operations.create_areas(rows())
        operations.add_members([NewMember(area_id=ids["ni"], user_id=town.users["ada"])])
    assert {origin for (origin,) in town.all(EventRow.origin)} == {"import"}


@pytest.fixture
def big(build_once: BuildOnce) -> Town:
    """2,500 areas, 1,001 of them in one branch, two thirds of them closed; 3,000 people."""
    return build_once(found_big)


def found_big(app: Flask) -> Town:
    town = Town(app)
    rng = Random(1)
    with town.writing():
        people = [User(handle=f"p{i}", name=f"P{i}", created_at=clock.now()) for i in range(3000)]
        db.session.add_all(people)
        db.session.flush()
        ids = [person.id for person in people]
        made = operations.create_areas(_big_rows(rng))
        members = {(area, rng.choice(ids)) for area in made.values() for _ in range(8)}
        roles = ["member"] * 6 + ["editor", "admin"]
        operations.add_members(
            NewMember(area_id=a, user_id=u, role=rng.choice(roles))  # type: ignore[arg-type]
            for a, u in sorted(members)
        )
    return town


def _big_rows(rng: Random) -> list[NewArea]:
    made = [NewArea(spec=AreaSpec(name="B", slug="bund", kind="federation"), parent=None)]
    for top in ("zweig", "ziel"):
        made.append(NewArea(spec=AreaSpec(name=top, slug=top), parent="bund"))
    inside, outside = {"zweig": 1}, {"bund": 0}
    for number in range(TREE - 3):
        depths = inside if number < BELOW else outside
        parent = rng.choice(list(depths)[-40:])
        if depths[parent] > 7:
            parent = next(iter(depths))
        slug = f"a{number}"
        depths[slug] = depths[parent] + 1
        visibility = rng.choice(["members", "listed", "hidden"])
        spec = AreaSpec(name=slug, slug=slug, visibility=visibility, sealed=rng.random() < 0.2)
        made.append(NewArea(spec=spec, parent=parent))
    return made


def test_a_thousand_areas_move_in_time(big: Town) -> None:
    below = big.area("zweig").path
    assert len(big.all(Area.id, where=Area.path.startswith(below))) == BELOW + 1
    with big.writing():
        scope, target = queries.get_system_scope("zweig"), queries.get_system_scope("ziel")
        # Not the wall's clock: other programs on the machine are no fault of ours.
        start = process_time()
        with count_statements() as seen:
            operations.move_area(scope, target)
            db.session.flush()
        took = process_time() - start
    assert took < LIMIT, took
    assert len(seen) <= 30
    before = big.reader_rows()
    with big.writing():
        operations.rebuild_readers()
    assert big.reader_rows() == before


def test_joining_in_a_big_tree_costs_as_in_a_small_one(big: Town) -> None:
    big.add_users("neu")
    with big.writing():
        slug = db.session.scalar(sa.select(sa.literal("zweig")))
    with big.writing("neu") as viewer:
        scope = queries.get_scope(viewer, str(slug))
        with count_statements() as seen:
            operations.join_area(scope)
    assert len(seen) <= 12, seen
