"""The archive of the demo: the same each time, on in one area, forbidden in another."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import demo

from forum.api.data import unit
from forum.plugin import AreaRef
from forum.testing.builders import make_area, switch_plugin

if TYPE_CHECKING:
    from conftest import Lists

NOW = datetime(2026, 9, 15, 9, 30, tzinfo=UTC)


class World:
    """As much of the demo as the seed asks for."""

    rng = Random(1)
    now = NOW

    def __init__(self, areas: dict[str, int]) -> None:
        self.areas = areas
        self.said: list[tuple[str, str]] = []

    def get_area(self, slug: str) -> AreaRef:
        return AreaRef(self.areas[slug], slug, slug)

    def list_member_ids(self, area: AreaRef) -> list[int]:
        return [1]

    def switch_on(self, area: AreaRef) -> None:
        self.said.append(("on", area.slug))

    def forbid(self, area: AreaRef, *, reason: str) -> None:
        assert reason
        self.said.append(("forbidden", area.slug))


@pytest.mark.weave("demo and canaries")
def test_archive_is_seeded_in_the_unit_of_the_demo(lists: Lists) -> None:
    areas = {slug: make_area(lists.app, slug, slug=slug) for slug in ("digitalisierung", "by")}
    switch_plugin(lists.app, areas["digitalisierung"], "crosspost")
    world: Any = World(areas)
    with lists.app.app_context(), unit():
        demo.seed(world)
    assert world.said == [("on", "digitalisierung"), ("forbidden", "by")]
    forest = lists.forest()
    assert (len(forest), len({root for root, _, _ in forest.values()})) == (20, 5)
    assert max(depth for _, _, depth in forest.values()) == 5
    assert lists.scalar("SELECT count(*) FROM crosspost_origin WHERE url LIKE 'https://%'") == 22
    assert lists.rows("SELECT state FROM crosspost_feed") == [("paused",)]


def test_archive_is_the_same_each_time() -> None:
    assert demo.write_archive(NOW).replace(b"\n", b"") != b""
    pieces = [demo.write_archive(NOW).count(b"\nSubject: ") for _ in range(2)]
    assert pieces == [20, 20]
