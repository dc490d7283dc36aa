"""The resolver against an oracle written from the rules, and each rule by example."""

import itertools
import random
import time

import pytest

from forum.plugin.states import (
    Link,
    Policy,
    Reason,
    Resolved,
    State,
    resolve_area,
    resolve_tree,
)

ON, OFF, INHERIT = State.ON, State.OFF, State.INHERIT
FORCED, FORBIDDEN = State.FORCED, State.FORBIDDEN


def chain(*said: State, plugin: str = "polls") -> list[Link]:
    """Give a chain of areas 1, 2, … with the states of one plugin."""
    return [Link(number, {plugin: state}) for number, state in enumerate(said, start=1)]


def policies(*entries: Policy) -> dict[str, Policy]:
    return {entry.name: entry for entry in entries}


# The oracle asks a different question than the resolver: not "who decides?" but "which states
# would the area have, rule by rule?". It reads the rules of plugin-contract.md backwards.


def oracle(said: tuple[State, ...], *, default: bool) -> bool:
    if not said:
        return default
    for depth in range(len(said)):
        if said[depth] in (FORCED, FORBIDDEN):
            return said[depth] == FORCED
    below = [state for state in reversed(said) if state != INHERIT]
    return below[0] == ON if below else default


@pytest.mark.parametrize("default", [False, True])
def test_every_chain_of_depth_four_agrees_with_the_oracle(default: bool):
    known = policies(Policy(name="polls", default=default))
    for said in itertools.product(State, repeat=4):
        resolved = resolve_area(chain(*said), known)["polls"]
        assert resolved.active is oracle(said, default=default), said
        above_locks = any(state in (FORCED, FORBIDDEN) for state in said[:-1])
        assert resolved.locked is above_locks, said


def grow(root: State) -> tuple[dict[int, tuple[State, ...]], list[tuple[int, int | None]]]:
    """Grow a tree of depth four in which each area has a child for every state."""
    said = {1: (root,)}
    areas: list[tuple[int, int | None]] = [(1, None)]
    layer = [1]
    for _ in range(3):
        above, layer = layer, []
        for parent in above:
            for state in State:
                number = len(said) + 1
                said[number] = (*said[parent], state)
                areas.append((number, parent))
                layer.append(number)
    return said, areas


@pytest.mark.parametrize("site_only", [False, True])
@pytest.mark.parametrize("default", [False, True])
@pytest.mark.parametrize("root", list(State))
def test_a_tree_of_depth_four_with_every_state_everywhere_agrees_with_the_oracle(
    root: State, default: bool, site_only: bool
):
    """All 780 areas of the five trees, resolved as trees are and one by one, with their locks."""
    said, areas = grow(root)
    assert len(said) == 156
    known = policies(Policy(name="polls", default=default, site_only=site_only))
    explicit = {number: {"polls": states[-1]} for number, states in said.items()}
    active = resolve_tree(areas, explicit, known)
    for number, states in said.items():
        counts = states[:1] if site_only else states
        expected = oracle(counts, default=default)
        assert ("polls" in active[number]) is expected, states
        answer = resolve_area(chain(*states), known)["polls"]
        assert answer.active is expected, states
        above = counts[:-1] if len(states) == len(counts) else counts
        assert answer.locked is any(one in (FORCED, FORBIDDEN) for one in above), states


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((INHERIT, INHERIT), Resolved(False, INHERIT, None, False, Reason.DEFAULT)),
        ((ON, INHERIT), Resolved(True, ON, 1, False, Reason.EXPLICIT)),
        ((ON, OFF), Resolved(False, OFF, 2, False, Reason.EXPLICIT)),
        ((OFF, ON, INHERIT), Resolved(True, ON, 2, False, Reason.EXPLICIT)),
        ((FORCED, OFF), Resolved(True, FORCED, 1, True, Reason.LOCKED)),
        ((FORBIDDEN, ON), Resolved(False, FORBIDDEN, 1, True, Reason.LOCKED)),
        ((FORBIDDEN, FORCED), Resolved(False, FORBIDDEN, 1, True, Reason.LOCKED)),
        ((OFF, FORCED, OFF), Resolved(True, FORCED, 2, True, Reason.LOCKED)),
        ((ON, FORBIDDEN), Resolved(False, FORBIDDEN, 2, False, Reason.EXPLICIT)),
    ],
)
def test_the_answer_says_where_it_comes_from(said: tuple[State, ...], expected: Resolved):
    assert resolve_area(chain(*said), policies(Policy(name="polls")))["polls"] == expected


def test_a_site_plugin_has_the_roots_state_everywhere():
    known = policies(Policy(name="polls", site_only=True))
    assert resolve_area(chain(ON, OFF), known)["polls"].active is True
    assert resolve_area(chain(OFF, FORCED), known)["polls"].active is False


NEEDY = policies(Policy(name="votes", requires=("polls",)), Policy(name="polls"))


def active(links: list[Link], known: dict[str, Policy]) -> set[str]:
    return {name for name, answer in resolve_area(links, known).items() if answer.active}


def test_what_is_required_is_on_with_what_requires_it():
    links = [Link(1, {"votes": ON})]
    assert active(links, NEEDY) == {"votes", "polls"}
    polls = resolve_area(links, NEEDY)["polls"]
    assert polls == Resolved(True, INHERIT, None, False, Reason.NEEDED, "votes")
    default = NEEDY | {"polls": Policy(name="polls", default=True)}
    assert resolve_area(links, default)["polls"].reason is Reason.DEFAULT
    assert active([Link(1, {"votes": ON, "polls": OFF})], NEEDY) == {"votes", "polls"}
    assert active([Link(1, {"votes": OFF, "polls": ON})], NEEDY) == {"polls"}


def test_what_requires_a_forbidden_plugin_is_off():
    links = [Link(1, {"polls": FORBIDDEN}), Link(2, {"votes": ON})]
    votes = resolve_area(links, NEEDY)["votes"]
    assert votes == Resolved(False, ON, 2, False, Reason.REQUIREMENT_OFF, "polls")
    assert active(links, NEEDY) == set()


def test_requirements_reach_through_several_plugins():
    known = policies(
        Policy(name="a", requires=("b",)), Policy(name="b", requires=("c",)), Policy(name="c")
    )
    assert active([Link(1, {"a": ON})], known) == {"a", "b", "c"}
    assert active([Link(1, {"a": ON, "c": FORBIDDEN})], known) == set()


def test_an_area_cannot_pull_in_a_site_plugin():
    known = policies(
        Policy(name="votes", requires=("polls",)), Policy(name="polls", site_only=True)
    )
    assert active([Link(1), Link(2, {"votes": ON})], known) == set()
    assert active([Link(1, {"polls": ON}), Link(2, {"votes": ON})], known) == {"votes", "polls"}


def test_a_plugin_whose_requirement_is_not_loaded_is_off():
    known = policies(Policy(name="votes", requires=("polls",), default=True))
    assert active([Link(1)], known) == set()


def oracle_set(links: list[Link], known: dict[str, Policy]) -> frozenset[str]:
    """Resolve by fixpoint: take away what cannot be, then add what is needed, until it rests."""

    def states(name: str) -> tuple[State, ...]:
        said = tuple(link.states.get(name, INHERIT) for link in links)
        return said[:1] if known[name].site_only else said

    def forbidden(name: str) -> bool:
        locks = [state for state in states(name) if state in (FORCED, FORBIDDEN)]
        return bool(locks) and locks[0] == FORBIDDEN

    wanted = {name for name in known if oracle(states(name), default=known[name].default)}
    impossible = {
        name for name in known if forbidden(name) or (known[name].site_only and name not in wanted)
    }
    while True:
        more = {
            name
            for name in known
            if name not in impossible
            and any(need not in known or need in impossible for need in known[name].requires)
        }
        if not more:
            break
        impossible |= more
    result = wanted - impossible
    while True:
        more = {need for name in result for need in known[name].requires} - result
        if not more:
            return frozenset(result)
        result |= more


KNOWN = policies(
    Policy(name="a", requires=("b",)),
    Policy(name="b", requires=("c", "s"), default=True),
    Policy(name="c"),
    Policy(name="d", requires=("c",)),
    Policy(name="s", site_only=True, default=True),
)


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_agree_with_the_oracle(seed: int):
    rng = random.Random(seed)
    areas: list[tuple[int, int | None]] = [(1, None)]
    areas += [(number, rng.randint(1, number - 1)) for number in range(2, 60)]
    explicit = {
        number: {name: rng.choice(list(State)) for name in KNOWN if rng.random() < 0.25}
        for number, _ in areas
        if rng.random() < 0.6
    }
    shuffled = rng.sample(areas, len(areas))
    found = resolve_tree(shuffled, explicit, KNOWN)
    parents = dict(areas)

    def links_to(area_id: int | None) -> list[Link]:
        if area_id is None:
            return []
        return [*links_to(parents[area_id]), Link(area_id, explicit.get(area_id, {}))]

    assert found == {number: oracle_set(links_to(number), KNOWN) for number, _ in areas}


def test_a_subtree_is_resolved_under_its_chain():
    known = policies(Policy(name="polls"))
    above = [Link(1, {"polls": ON}), Link(2)]
    found = resolve_tree([(3, 2), (4, 3)], {4: {"polls": OFF}}, known, above=above)
    assert found == {3: frozenset({"polls"}), 4: frozenset()}


def test_a_circle_of_areas_is_an_error():
    with pytest.raises(ValueError, match="circle"):
        resolve_tree([(1, 2), (2, 1)], {}, {})


def test_2500_areas_and_10_plugins_are_quick_when_every_area_says_something():
    names = [f"plugin{number}" for number in range(10)]
    known = policies(*(Policy(name=name) for name in names))
    areas = [(number, number // 7 or None) for number in range(1, 2501)]
    explicit = {number: {names[number % 10]: ON} for number, _ in areas}
    started = time.perf_counter()
    found = resolve_tree(areas, explicit, known)
    # Measured at 7 ms; the bound leaves room for a busy machine and none for another order.
    assert time.perf_counter() - started < 0.5
    assert len(found) == 2500
