"""Standing, scope, path, directory: what the viewer is given, and in how many statements."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.areas import operations, queries
from forum.areas.queries import AddressChanged, TreeFilters
from forum.core.errors import NotFound
from forum.testing.fixtures import BuildOnce
from forum.testing.statements import count_statements
from tests.forum.areas.town import Town


@pytest.fixture
def land(build_once: BuildOnce) -> Town:
    """A root, a Land, a hidden board, a sealed committee, a listed group, an area for all."""
    return build_once(found_land)


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ni", "mia", "chair", "out")
    town.found("root", visibility="public")
    town.add_area("ni", kind="region", accent="0d6b50", theme="nord")
    town.add_area("alle", everyone=True, visibility="members")
    town.add_area("vorstand", "ni", visibility="hidden")
    town.add_area("recht", "ni", kind="committee", visibility="hidden", sealed=True, chair="chair")
    town.add_area("gruppe", "ni", visibility="listed", joining="apply", summary="Über uns")
    town.grant("ni", "ni", "admin")
    town.grant("mia", "vorstand")
    return town


def test_standing_holds_roles_and_own_areas_in_one_statement(land: Town) -> None:
    with land.reading("ni") as viewer, count_statements() as seen:
        standing = queries.get_standing(viewer)
    assert len(seen) == 1
    assert {a.slug: a.role for a in standing.areas} == {"ni": "admin", "alle": "member"}
    assert standing.grants == {land.area("ni").id: "admin"}


def test_own_areas_stand_in_the_order_of_the_tree(land: Town) -> None:
    land.grant("ni", "vorstand")
    land.grant("ni", "bund")
    with land.reading("ni") as viewer:
        areas = queries.get_standing(viewer).areas
    assert [(a.slug, a.depth) for a in areas] == [
        ("bund", 0),
        ("ni", 1),
        ("vorstand", 2),
        ("alle", 1),
    ]


def test_anonymous_stand_nowhere_and_cost_nothing(land: Town) -> None:
    with land.reading() as viewer, count_statements() as seen:
        assert queries.get_standing(viewer).areas == ()
    assert seen == []


def test_scope_in_one_statement(land: Town) -> None:
    with land.reading("ni") as viewer:
        standing = queries.get_standing(viewer)
        with count_statements() as seen:
            scope = queries.get_scope(viewer, "ni", standing=standing)
    assert len(seen) == 1
    assert (scope.role, scope.member, scope.reads) == ("admin", True, True)
    assert (scope.area.accent, scope.area.theme) == ("0d6b50", "nord")


@pytest.mark.parametrize(
    ("who", "slug", "expected"),
    [
        (None, "bund", (None, False, True)),
        (None, "ni", None),
        ("out", "ni", (None, False, True)),
        ("out", "alle", ("member", True, True)),
        ("out", "vorstand", None),
        ("mia", "vorstand", ("member", True, True)),
        ("ni", "vorstand", ("admin", False, True)),
        ("ni", "recht", (None, False, False)),
        ("root", "recht", (None, False, False)),
        ("chair", "recht", ("admin", True, True)),
        ("out", "recht", None),
        ("out", "gruppe", (None, False, False)),
        (None, "gruppe", None),
    ],
)
def test_scope_by_viewer(
    land: Town, who: str | None, slug: str, expected: tuple[object, ...] | None
) -> None:
    if expected is None:
        with pytest.raises(NotFound):
            land.scope(who, slug)
    else:
        scope = land.scope(who, slug)
        assert (scope.role, scope.member, scope.reads) == expected


def test_an_old_address_leads_to_the_new_one_for_who_may_know(land: Town) -> None:
    area = land.area("vorstand")
    spec = operations.AreaSpec(name="Vorstand", slug="praesidium", visibility="hidden")
    land.as_system("vorstand", operations.edit_area, spec)
    with pytest.raises(AddressChanged) as moved:
        land.scope("mia", "vorstand")
    assert moved.value.slug == "praesidium"
    with pytest.raises(NotFound) as nothing:
        land.scope("out", "vorstand")
    assert not isinstance(nothing.value, AddressChanged)
    assert land.area("praesidium").id == area.id


def test_path_shows_what_may_be_known(land: Town) -> None:
    land.add_area("kreis", "vorstand", visibility="public", everyone=True)
    with land.reading("ni"):
        scope = land.scope("ni", "recht")
    with land.reading("ni"):
        assert [c.slug for c in queries.list_path(scope)] == ["bund", "ni", "recht"]


def tree(town: Town, who: str | None, **filters: object) -> dict[str, object]:
    with town.reading(who) as viewer:
        return {r.slug: r for r in queries.list_tree(viewer, TreeFilters(**filters))}  # type: ignore[arg-type]


def test_directory_shows_what_may_be_known(land: Town) -> None:
    assert list(tree(land, None)) == ["bund"]
    assert list(tree(land, "out")) == ["bund", "alle", "ni", "gruppe"]
    assert list(tree(land, "mia")) == ["bund", "alle", "ni", "gruppe", "vorstand"]
    assert list(tree(land, "ni")) == ["bund", "alle", "ni", "gruppe", "recht", "vorstand"]


def test_directory_tells_nothing_that_only_readers_know(land: Town) -> None:
    now = None
    for slug in ("gruppe", "recht"):
        row = tree(land, "ni" if slug == "recht" else "out")[slug]
        assert (row.last_post_at, row.member_count, row.topic_count) == (now, None, None)  # type: ignore[attr-defined]
    row = tree(land, "ni")["recht"]
    assert (row.chair.name, row.summary) == ("Chair", "")  # type: ignore[attr-defined]
    assert tree(land, "out")["gruppe"].summary == "Über uns"  # type: ignore[attr-defined]


def test_directory_filters(land: Town) -> None:
    assert list(tree(land, "ni", kind="committee")) == ["recht"]
    assert list(tree(land, "ni", state="apply")) == ["gruppe"]
    assert list(tree(land, "ni", text="über GRUP")) == ["gruppe"]
    assert list(tree(land, "ni", text="%")) == []
    assert list(tree(land, "ni", under=land.area("ni"))) == ["ni", "gruppe", "recht", "vorstand"]


def test_directory_costs_the_same_for_few_and_many(land: Town) -> None:
    def count() -> int:
        with land.reading("ni") as viewer, count_statements() as seen:
            queries.list_tree(viewer)
        return len(seen)

    before = count()
    for number in range(5):
        land.add_area(f"more-{number}", "ni")
    assert (before, count()) == (2, 2)


def test_core_team_of_a_sealed_area_is_its_chair_for_the_admin_above(land: Town) -> None:
    land.grant("out", "recht", "editor")
    with land.reading("ni"):
        assert [t.title for t in queries.list_core_team(land.scope("ni", "recht"))] == ["chair"]
    with land.reading("chair"):
        team = queries.list_core_team(land.scope("chair", "recht"))
    assert [(t.person.name, t.role) for t in team] == [("Chair", "admin"), ("Out", "editor")]


def test_readers_at_delivery_time(land: Town) -> None:
    area_id, users = land.area("vorstand").id, land.users
    with land.reading():
        assert queries.has_reader(users["mia"], area_id)
        assert not queries.has_reader(users["out"], area_id)
        assert queries.list_readers(area_id, users.values()) == {
            users["mia"],
            users["ni"],
            users["root"],
        }
        assert queries.list_readers(land.area("alle").id, users.values()) == set(users.values())
