"""Whatever is done in whatever order, the rows are what the oracle says of tree and grants."""

from __future__ import annotations

from random import Random

import pytest

from forum.areas import operations, queries
from forum.areas.models import Area, Grant
from forum.areas.paths import list_ids, make_segment
from forum.core.errors import ForumError
from tests.forum.areas.oracle import ANYBODY, Place, World
from tests.forum.areas.town import Town

STEPS = 60
PEOPLE = ("ada", "bob", "cleo", "dora")


def model_of(town: Town) -> World:
    """Read tree and grants, nothing derived, into the oracle's model."""
    columns = (Area.id, Area.parent_id, Area.visibility, Area.sealed, Area.everyone)
    places = {row[0]: Place(*row) for row in town.all(*columns)}
    held = town.all(Grant.user_id, Grant.area_id, Grant.role)
    return World(places, frozenset(held))


def check(town: Town) -> None:
    world, rows = model_of(town), town.reader_rows()
    users: list[int | str] = [ANYBODY, -99, *town.users.values()]
    for place in world.places:
        for user in users:
            principals = {0} if user == ANYBODY else {0, -1, user}
            found = [reads for a, p, reads in rows if a == place and p in principals]
            expected = (world.discovers(user, place), world.reads(user, place))
            assert (bool(found), any(found)) == expected, (place, user)
    for area_id, path, depth, effective in town.all(Area.id, Area.path, Area.depth, Area.effective):
        ids = [p.id for p in world.chain(area_id)]
        assert (path, depth) == ("".join(map(make_segment, ids)), len(ids) - 1)
        assert list_ids(path) == tuple(ids)
        assert effective == world.effective(area_id)


def step(town: Town, rng: Random, number: int) -> None:
    slugs = town.slugs()
    slug, other, who = rng.choice(slugs), rng.choice(slugs), rng.choice(PEOPLE)
    user_id = town.users[who]
    kind = rng.choice(["create", "create", "role", "role", "role", "remove", "move", "move",
                       "see", "seal", "everyone", "delete", "join"])  # fmt: skip
    with town.writing():
        scope = queries.get_system_scope(slug)
        spec = operations.AreaSpec(
            name=slug,
            kind=scope.area.kind,
            visibility=rng.choice(["public", "members", "listed", "hidden"]),
            everyone=scope.area.everyone,
        )
        if kind == "create":
            new = operations.AreaSpec(
                name="x", slug=f"a{number}", visibility=spec.visibility, sealed=rng.random() < 0.2
            )
            operations.create_area(scope, new, chair_id=user_id)
        elif kind == "role":
            role = rng.choice(["member", "editor", "moderator", "admin"])
            operations.set_role(scope, user_id, role=role)  # type: ignore[arg-type]
        elif kind == "remove":
            operations.remove_member(scope, user_id)
        elif kind == "move":
            operations.move_area(scope, queries.get_system_scope(other))
        elif kind == "see":
            operations.edit_area(scope, spec)
        elif kind == "seal":
            (operations.unseal_area if scope.area.sealed else operations.seal_area)(scope)
        elif kind == "everyone" and rng.random() < 0.4:
            flipped = {"everyone": not spec.everyone, "visibility": scope.area.visibility}
            operations.edit_area(
                scope, operations.AreaSpec(name=slug, kind=scope.area.kind, **flipped)
            )
        elif kind == "delete":
            operations.delete_area(scope)
    if kind == "join":
        with town.writing(who) as viewer:
            operations.join_area(queries.get_scope(viewer, slug))


@pytest.mark.parametrize("seed", range(4))
def test_rows_follow_every_change(town: Town, seed: int) -> None:
    rng = Random(seed)
    town.add_users(*PEOPLE)
    town.found("root", visibility=rng.choice(["public", "members", "listed"]))
    done = 0
    for number in range(STEPS):
        try:
            step(town, rng, number)
        except ForumError:
            continue
        done += 1
        check(town)
    assert done > STEPS / 2


def test_a_rebuild_changes_nothing(town: Town) -> None:
    town.add_users(*PEOPLE)
    town.found("root")
    rng = Random(11)
    for number in range(30):
        try:
            step(town, rng, number)
        except ForumError:
            continue
    before = town.reader_rows()
    with town.writing():
        operations.rebuild_readers()
    assert town.reader_rows() == before
