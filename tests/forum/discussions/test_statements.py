"""What pages cost: the same literal number of statements, whatever they show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
Statements = Callable[[Callable[[], object]], list[str]]
TOPIC_MEMBER, TOPIC_ANONYMOUS = 3, 1
AREA_MEMBER, AREA_ANONYMOUS = 3, 2


def fill_topic(world: World, slug: str, replies: int) -> str:
    topic = world.start(slug=slug, source="An @deniz")
    for number in range(replies):
        parent = 1 + number // 2
        world.reply("anke", topic.topic_id, f"Nr. {number} @anke", parent, slug=slug)
    return f"/t/{topic.topic_id}-beitraege"


@pytest.mark.parametrize("replies", [0, 3, 60])
@pytest.mark.parametrize("query", ["", "?view=flat"])
def test_a_topic_page_for_a_member(
    world: World, visit: Visit, statements: Statements, replies: int, query: str
) -> None:
    url, petra = fill_topic(world, "recht", replies), visit("petra")
    assert len(statements(lambda: petra.open(url + query))) == TOPIC_MEMBER


@pytest.mark.parametrize("replies", [0, 3])
def test_a_topic_page_for_nobody(
    world: World, visit: Visit, statements: Statements, replies: int
) -> None:
    url, nobody = fill_topic(world, "bund", replies), visit()
    assert len(statements(lambda: nobody.open(url))) == TOPIC_ANONYMOUS


def test_a_page_in_the_middle_costs_what_the_first_costs(
    world: World, visit: Visit, statements: Statements
) -> None:
    url, petra = fill_topic(world, "recht", 60), visit("petra")
    assert len(statements(lambda: petra.open(f"{url}?from=30"))) == TOPIC_MEMBER


@pytest.mark.parametrize("topics", [1, 3, 25])
def test_an_area_for_a_member(
    world: World, visit: Visit, statements: Statements, topics: int
) -> None:
    for number in range(topics):
        world.start(title=f"Thema {number}")
    petra = visit("petra")
    for sort in ("active", "new", "most", "unanswered"):
        assert len(statements(lambda s=sort: petra.open(f"/a/recht/?sort={s}"))) == AREA_MEMBER


@pytest.mark.parametrize("topics", [1, 3])
def test_an_area_for_nobody(
    world: World, visit: Visit, statements: Statements, topics: int
) -> None:
    for number in range(topics):
        world.start(slug="bund", title=f"Thema {number}")
    nobody = visit()
    assert len(statements(lambda: nobody.open("/a/bund/"))) == AREA_ANONYMOUS
