"""Halving against every possible culprit, alone and in company, with and without requirements."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from forum.plugin.bisection import find_culprits

NAMES = [f"plugin{number:02}" for number in range(16)]


@pytest.mark.parametrize("culprit", NAMES)
def test_one_culprit_is_found_in_a_dozen_tries(culprit: str) -> None:
    tries = []

    def is_bad(loaded: Sequence[str]) -> bool:
        tries.append(tuple(loaded))
        return culprit in loaded

    assert find_culprits(NAMES, {}, is_bad) == [culprit]
    assert len(tries) <= 12
    assert len(set(tries)) == len(tries)


@pytest.mark.parametrize("size", [2, 3])
def test_what_breaks_only_together_is_named_together(size: int) -> None:
    for guilty in itertools.combinations(NAMES[:7], size):
        found = find_culprits(NAMES[:7], {}, lambda on, guilty=guilty: set(guilty) <= set(on))
        assert found == list(guilty)


def test_a_requirement_that_comes_along_is_blamed_itself() -> None:
    requires = {"tally": ("votes",), "votes": ("base",)}
    names = ["base", "other", "tally", "votes"]
    for culprit in ("base", "votes", "tally"):
        assert find_culprits(names, requires, lambda on, c=culprit: c in on) == [culprit]


def test_every_try_has_what_it_requires() -> None:
    requires = {"tally": ("votes",)}

    def is_bad(loaded: Sequence[str]) -> bool:
        assert "votes" in loaded or "tally" not in loaded
        return "tally" in loaded

    assert find_culprits(["a", "b", "tally", "votes"], requires, is_bad) == ["tally"]


def test_none_is_blamed_where_it_is_none_of_them() -> None:
    assert find_culprits(NAMES, {}, lambda _: False) == []
    assert find_culprits(NAMES, {}, lambda _: True) == []
    assert find_culprits([], {}, lambda _: True) == []


@pytest.mark.parametrize("seed", range(20))
def test_what_is_found_is_bad_and_every_smaller_part_of_it_is_not(seed: int) -> None:
    rng = random.Random(seed)
    guilty = [set(rng.sample(NAMES, rng.randint(1, 4))) for _ in range(rng.randint(1, 3))]

    def is_bad(loaded: Sequence[str]) -> bool:
        return any(group <= set(loaded) for group in guilty)

    found = find_culprits(NAMES, {}, is_bad)
    assert is_bad(found)
    assert not any(is_bad([n for n in found if n != name]) for name in found)
