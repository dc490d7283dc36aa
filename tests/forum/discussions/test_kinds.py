"""Kinds that plugins bring: their badge on cards, their line in feeds; off is a discussion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from forum.core import limits
from forum.core.wall import Viewer
from forum.discussions.kinds import kind_in_force, tell_topics
from forum.discussions.models import Topic
from forum.discussions.operations import touch_topic
from forum.plugin import TopicKind, TopicRef
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]


class Counter:
    """A kind that counts how often it is asked, and says what a test wants."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.says: Any = "{} <b>Stimmen</b>"

    def __call__(self, topics: Sequence[TopicRef]) -> Mapping[int, str]:
        self.asked.append([topic.id for topic in topics])
        if isinstance(self.says, Exception):
            raise self.says
        if not isinstance(self.says, str):
            return self.says
        return {topic.id: self.says.format(len(self.asked)) for topic in topics}


@pytest.fixture
def counter(world: World) -> Iterator[Counter]:
    """The kind `thanks`, on in `recht`."""
    said = Counter()
    kind = TopicKind(name="thanks", label="Dank", icon="heart", badge=said, line=said)
    with loaded(world, make_plugin({}, topic_kinds=(kind,)), strict=False):
        switch(world, "recht", "on")
        yield said


def test_a_card_says_what_there_is_to_its_kind(
    world: World, visit: Visit, counter: Counter
) -> None:
    world.start("anke", title="Eins", kind="thanks")
    world.start("anke", title="Zwei", kind="thanks")
    world.start("anke", title="Drei")
    page = visit("deniz").open("/a/recht/")
    assert page.count("1 &lt;b&gt;Stimmen&lt;/b&gt;") == 2
    assert page.count(">Dank<") == 2
    assert [sorted(ids) for ids in counter.asked] == [[1, 2]]


def test_it_is_kept_with_the_card_until_the_topic_is_touched(
    world: World, visit: Visit, counter: Counter
) -> None:
    topic = world.start("anke", kind="thanks").topic_id
    world.start("anke", kind="thanks")
    for _ in range(2):
        assert visit("deniz").open("/a/recht/").count("1 &lt;b&gt;") == 2
    with world.acting("anke"):
        touch_topic(topic)
    page = visit("deniz").open("/a/recht/")
    assert (page.count("1 &lt;b&gt;"), page.count("2 &lt;b&gt;")) == (1, 1)
    assert counter.asked[1:] == [[topic]]


def test_off_is_a_plain_discussion_and_nothing_is_lost(
    world: World, visit: Visit, counter: Counter
) -> None:
    topic = world.start("anke", title="Eins", kind="thanks").topic_id
    switch(world, "recht", "off")
    for address in ("/a/recht/", "/t/1-eins", "/a/recht/feed.atom"):
        page = visit("deniz").open(address)
        assert "Stimmen" not in page and "Dank" not in page and "thanks" not in page, address
    assert counter.asked == []
    assert world.rows(sa.select(Topic.kind).where(Topic.id == topic)) == [("thanks",)]
    switch(world, "recht", "on")
    assert "Dank" in visit("deniz").open("/a/recht/")
    assert kind_of(world, "thanks", "kudos") == "thanks"
    assert kind_of(world, "thanks") == "discussion"
    assert kind_of(world, "question") == "question"


def kind_of(world: World, kind: str, *plugins: str) -> str:
    return world.seeing(None, lambda _viewer: kind_in_force(kind, frozenset(plugins)))


def test_a_feed_says_it_in_one_line_above_the_first_post(
    world: World, visit: Visit, counter: Counter
) -> None:
    topic = world.start("anke", source="Text", kind="thanks").topic_id
    world.reply("deniz", topic, "Antwort")
    for address in ("/a/recht/feed.atom", f"/t/{topic}/feed.atom"):
        page = visit("deniz").open(address)
        assert page.count("&amp;lt;b&amp;gt;Stimmen&amp;lt;/b&amp;gt;") == 1
        assert '<category term="thanks" label="Dank"/>' in page


@pytest.mark.parametrize(
    "says",
    [
        ZeroDivisionError("secret"),
        None,
        {1: 7},
        {1: "zwei\nZeilen"},
        {1: "x" * (limits.LABEL + 1)},
    ],
)
def test_what_does_not_hold_is_left_out(
    world: World, visit: Visit, counter: Counter, says: Any
) -> None:
    world.start("anke", title="Eins", kind="thanks")
    counter.says = says
    page = visit("deniz").open("/a/recht/")
    assert "Eins" in page and "secret" not in page and "zwei" not in page


def test_topics_that_were_not_asked_about_are_not_told_of(world: World, counter: Counter) -> None:
    counter.says = {1: "eins", 2: "zwei"}
    topic = TopicRef(1, world.areas["recht"], "thanks", "Titel")

    def ask(_viewer: Viewer) -> dict[int, str]:
        return tell_topics("badge", [(topic, frozenset({"kudos"}))])

    assert world.seeing("anke", ask) == {1: "eins"}
