"""Whatever the order and the batches, the forest in the database is the one of the whole."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits
from forum_crosspost.threads import choose_claims, make_claims, resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from conftest import Lists

from datetime import UTC, datetime, timedelta

START = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)
_numbers = count()
IDS = "abcdefgh"

chains = st.lists(st.sampled_from(IDS), max_size=3, unique=True)
worlds = st.dictionaries(
    st.sampled_from(IDS), st.tuples(chains, st.integers(0, 5)), min_size=1, max_size=7
)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[dict[str, tuple[list[str], int]], list[list[str]]]:
    """Draw a world of messages, and the files in which they come."""
    world = draw(worlds)
    order = draw(st.permutations(sorted(world)))
    files: list[list[str]] = [[]]
    for key in order:
        files[-1].append(key)
        if draw(st.booleans()):
            files.append([])
    return world, [file for file in files if file]


def expect(world: dict[str, tuple[list[str], int]]) -> dict[str, tuple[str, str | None]]:
    """Return the forest of the whole."""
    times = {key: START + timedelta(minutes=minutes) for key, (_chain, minutes) in world.items()}
    claims = [
        claim
        for key, (chain, _minutes) in world.items()
        for claim in make_claims(key, tuple(one for one in chain[::-1] if one != key), times[key])
    ]
    parents = {child: claim.parent for child, claim in choose_claims(claims).items()}
    return {key: (one.thread, one.parent) for key, one in resolve(parents, times).items()}


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=deliveries())
def test_forest_is_that_of_the_whole(lists: Lists, mail: Any, drawn: Any) -> None:
    world, files = drawn
    source = f"world {next(_numbers)}"
    for file in files:
        mails = [mail(key, answers=world[key][0], minutes=world[key][1]) for key in file]
        lists.bring(*mails, key=source)
    found = {key: (root, parent) for key, (root, parent, _) in lists.forest(source).items()}
    assert found == expect(world)


def test_small_batches_make_the_same_forest(
    lists: Lists, archive: list[bytes], monkeypatch: pytest.MonkeyPatch, told: Any
) -> None:
    lists.bring(*archive, key="one batch")
    monkeypatch.setattr(limits, "BATCH_MESSAGES", 7)
    report = told(lists.bring(*archive, key="many"))
    assert (report["posts_new"], report["topics_new"]) == (108, 41)
    assert lists.forest("many") == lists.forest("one batch")
