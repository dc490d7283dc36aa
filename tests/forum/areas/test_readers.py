"""The read sets against the oracle, and each rule of the page in one named case."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forum.areas.readers import AreaFact, GrantFact, compute_readers
from tests.forum.areas.oracle import ANYBODY, Place, World

STRANGER = 99
USERS = (1, 2, 3)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A tree of up to nine areas of any shape and a few grants."""
    count = draw(st.integers(1, 9))
    places = {}
    for place in range(1, count + 1):
        places[place] = Place(
            id=place,
            parent=None if place == 1 else draw(st.integers(1, place - 1)),
            visibility=draw(st.sampled_from(["public", "members", "listed", "hidden"])),
            sealed=draw(st.booleans()) and draw(st.booleans()),
            everyone=draw(st.integers(0, 11)) == 0,
        )
    roles = st.sampled_from(["member", "member", "editor", "moderator", "admin"])
    held = st.tuples(st.sampled_from(USERS), st.integers(1, count), roles)
    return World(places, frozenset(draw(st.lists(held, max_size=6))))


def compute(world: World, *, shut: frozenset[int] = frozenset()) -> set[tuple[int, int, bool]]:
    facts = [
        AreaFact(p.id, p.parent, p.visibility, p.sealed, p.everyone, p.id in shut)
        for p in reversed(world.places.values())
    ]
    return compute_readers(
        facts, [GrantFact(place, user, role) for user, place, role in world.held]
    )


def says(rows: set[tuple[int, int, bool]], user: int | str, place: int) -> tuple[bool, bool]:
    """(discovers, reads) as the wall would see it."""
    principals = {0} if user == ANYBODY else {0, -1, user}
    found = [reads for area, principal, reads in rows if area == place and principal in principals]
    return bool(found), any(found)


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_rows_say_what_the_page_says(world: World) -> None:
    rows = compute(world)
    for place in world.places:
        for user in (ANYBODY, STRANGER, *USERS):
            expected = (world.discovers(user, place), world.reads(user, place))
            assert says(rows, user, place) == expected, (place, user)


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_no_row_is_superfluous(world: World) -> None:
    rows = compute(world)
    assert len({row[:2] for row in rows}) == len(rows)
    for row in rows:
        rest = rows - {row}
        users = (ANYBODY, STRANGER, *USERS)
        assert any(says(rest, user, row[0]) != says(rows, user, row[0]) for user in users), row


@settings(max_examples=200, deadline=None)
@given(worlds(), st.sets(st.integers(1, 9)))
def test_a_shut_area_is_known_to_the_same_and_read_by_nobody(world: World, shut: set[int]) -> None:
    rows, open_rows = compute(world, shut=frozenset(shut)), compute(world)
    for place in world.places:
        for user in (ANYBODY, STRANGER, *USERS):
            discovers, reads = says(open_rows, user, place)
            assert says(rows, user, place) == (discovers, reads and place not in shut)


def line(*visibilities: str, sealed: tuple[int, ...] = (), everyone: int = 0) -> list[AreaFact]:
    """A chain of areas 1, 2, 3 … from the root down."""
    return [
        AreaFact(i, i - 1 or None, visibility, i in sealed, i == everyone)
        for i, visibility in enumerate(visibilities, 1)
    ]


def grant(area: int, role: str = "member", user: int = 7) -> GrantFact:
    return GrantFact(area, user, role)


def test_public_needs_one_row_and_members_one() -> None:
    assert compute_readers(line("public", "members"), [grant(1, "admin"), grant(2)]) == {
        (1, 0, True),
        (2, -1, True),
    }


def test_never_wider_than_the_parent() -> None:
    assert compute_readers(line("members", "hidden", "public"), []) == {(1, -1, True)}


def test_listed_is_discovered_by_the_site_and_read_by_members() -> None:
    assert compute_readers(line("members", "listed"), [grant(2)]) == {
        (1, -1, True),
        (2, -1, False),
        (2, 7, True),
    }


def test_editors_flow_down_and_plain_members_do_not() -> None:
    tree = line("members", "hidden", "hidden")
    assert compute_readers(tree, [grant(2, "editor"), grant(2, user=8)]) == {
        (1, -1, True),
        (2, 7, True),
        (2, 8, True),
        (3, 7, True),
    }


def test_a_seal_stops_what_flows_and_shows_itself_to_the_admin_above() -> None:
    tree = line("members", "hidden", "hidden", sealed=(2,))
    assert compute_readers(tree, [grant(1, "admin"), grant(1, "moderator", 8)]) == {
        (1, -1, True),
        (2, 7, False),
    }


def test_a_seal_below_a_seal_is_known_to_the_admin_between_only() -> None:
    tree = line("members", "hidden", "hidden", sealed=(2, 3))
    assert compute_readers(tree, [grant(1, "admin"), grant(2, "admin", 8)]) == {
        (1, -1, True),
        (2, 7, False),
        (2, 8, True),
        (3, 8, False),
    }


def test_members_read_upwards_until_a_seal() -> None:
    tree = line("hidden", "hidden", "hidden", "hidden", sealed=(2,))
    assert compute_readers(tree, [grant(4)]) == {(3, 7, True), (4, 7, True)}


def test_members_of_a_sealed_area_read_upwards() -> None:
    tree = line("hidden", "hidden", sealed=(2,))
    assert compute_readers(tree, [grant(2)]) == {(1, 7, True), (2, 7, True)}


def test_everyone_is_the_site_also_upwards() -> None:
    assert compute_readers(line("listed", "hidden", everyone=2), [grant(2, "editor")]) == {
        (1, -1, True),
        (2, -1, True),
    }
