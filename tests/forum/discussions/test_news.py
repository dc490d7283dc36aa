"""What plugins tell as new: in feeds, for whom, and only where they are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from forum.core import clock
from forum.core.database import unit, unscoped
from forum.core.wall import Viewer
from forum.discussions.models import Post, Topic
from forum.discussions.news import collect_news, list_readable_news
from forum.plugin import DigestItem, DigestWindow
from forum.testing.statements import count_statements
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]


class Teller:
    """Tells one thing per area, and what a test adds."""

    def __init__(self) -> None:
        self.windows: list[DigestWindow] = []
        self.more: dict[str, Any] = {}
        self.extra: list[DigestItem] = []

    def __call__(self, window: DigestWindow) -> Sequence[DigestItem]:
        self.windows.append(window)
        told = [
            DigestItem(
                key=f"week-{area.id}",
                area_id=area.id,
                at=window.until - timedelta(hours=1),
                title=f"<b>Danke</b> in {area.name}",
                **self.more,
            )
            for area in window.areas
        ]
        return told + self.extra


@pytest.fixture
def teller(world: World) -> Iterator[Teller]:
    """A plugin that tells, on in `recht` and `zu`."""
    told = Teller()
    with loaded(world, make_plugin({"collect_digest_items": told}), strict=False):
        for slug in ("recht", "zu"):
            switch(world, slug, "on")
        yield told


def collect(world: World, viewer: str | None, *slugs: str) -> list[tuple[str, str]]:
    def ask(who: Viewer) -> list[tuple[str, str]]:
        until = clock.now()
        areas = [world.areas[slug] for slug in slugs]
        news = collect_news(areas, since=until - timedelta(days=7), until=until)
        return [(one.item.key, one.path) for one in list_readable_news(who, news)]

    return world.seeing(viewer, ask)


def test_a_feed_shows_what_a_plugin_tells(world: World, visit: Visit, teller: Teller) -> None:
    world.start("anke", "recht", title="Alt")
    teller.more = {"text": "Mehr & <i>mehr</i>"}
    page = visit("deniz").get("/a/recht/feed.atom").text
    assert "&lt;b&gt;Danke&lt;/b&gt; in Recht" in page
    assert "&lt;p&gt;Mehr &amp;amp; &amp;lt;i&amp;gt;mehr" in page
    assert f":kudos/week-{world.areas['recht']}</id>" in page
    assert 'href="http://localhost/a/recht/"' in page
    assert page.index("Alt") < page.index("Danke&lt;/")


def test_off_is_off_with_the_next_fetch(world: World, visit: Visit, teller: Teller) -> None:
    assert "Danke" in visit("deniz").get("/a/recht/feed.atom").text
    switch(world, "recht", "off")
    assert "Danke" not in visit("deniz").get("/a/recht/feed.atom").text
    assert "Danke" not in visit("deniz").get("/a/kreis/feed.atom").text
    assert len(teller.windows) == 1


def test_a_plugin_is_asked_once_for_all_areas_in_which_it_is_on(
    world: World, teller: Teller
) -> None:
    recht, zu = world.areas["recht"], world.areas["zu"]
    assert collect(world, "anke", "recht", "zu", "kreis") == [
        (f"week-{zu}", "/a/zu/"),
        (f"week-{recht}", "/a/recht/"),
    ]
    [window] = teller.windows
    assert [area.slug for area in window.areas] == ["recht", "zu"]


def test_nobody_is_told_of_areas_that_they_may_not_read(world: World, teller: Teller) -> None:
    recht = world.areas["recht"]
    assert collect(world, "deniz", "recht", "zu") == [(f"week-{recht}", "/a/recht/")]
    assert collect(world, None, "recht", "zu") == []


def test_what_was_collected_is_asked_again_for_each_reader(world: World, teller: Teller) -> None:
    until = clock.now()
    areas = [world.areas["recht"]]

    def take(_viewer: Viewer) -> Any:
        return collect_news(areas, since=until - timedelta(days=7), until=until)

    news = world.seeing("anke", take)
    assert len(news) == 1
    switch(world, "recht", "off")
    assert world.seeing("anke", lambda viewer: list_readable_news(viewer, news)) == []


@pytest.mark.parametrize("model", [Topic, Post])
@pytest.mark.parametrize("what", ["hidden_at", "deleted_at"])
def test_what_is_about_something_hidden_is_left_out(
    world: World, teller: Teller, model: Any, what: str
) -> None:
    topic = world.start("anke", "recht")
    teller.more = {"topic_id": topic.topic_id, "post_id": topic.post_id}
    key = f"week-{world.areas['recht']}"
    assert collect(world, "deniz", "recht") == [(key, f"/t/{topic.topic_id}/p/1")]
    with world.app.app_context(), unit(), unscoped("tests write past the wall") as session:
        session.execute(sa.update(model).values({what: clock.now()}))
    assert collect(world, "deniz", "recht") == []


def test_what_is_about_a_topic_of_another_area_is_left_out(world: World, teller: Teller) -> None:
    teller.more = {"topic_id": world.start("anke", "zu").topic_id, "path": "/a/recht/"}
    assert collect(world, "anke", "recht") == []
    assert len(collect(world, "anke", "zu")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"area_id": 10_000},
        {"at": clock.now() - timedelta(days=400)},
        {"key": "Mit Leerzeichen"},
        {"title": ""},
        {"title": "x" * 161},
        {"title": "zwei\nZeilen"},
        {"text": "x" * 301},
        {"path": "//evil.example"},
        {"path": "/\\evil.example"},
        {"path": "https://evil.example"},
        {"post_id": 3},
    ],
)
def test_an_item_that_does_not_hold_counts_as_failure(
    world: World, visit: Visit, teller: Teller, wrong: dict[str, Any]
) -> None:
    good = DigestItem(key="x", area_id=world.areas["recht"], at=clock.now(), title="Falsch")
    at = clock.now() - timedelta(minutes=5)
    teller.extra = [replace(good, **{"at": at, **wrong})]
    page = visit("deniz").get("/a/recht/feed.atom")
    assert (page.status_code, "Danke" in page.text, "Falsch" in page.text) == (200, False, False)


def test_one_that_fails_is_left_out(world: World, visit: Visit) -> None:
    def fail(_window: DigestWindow) -> Sequence[DigestItem]:
        raise ZeroDivisionError

    with loaded(world, make_plugin({"collect_digest_items": fail}), strict=False):
        switch(world, "recht", "on")
        world.start("anke", "recht", title="Steht da")
        assert "Steht da" in visit("deniz").get("/a/recht/feed.atom").text


def test_nobody_is_looking_while_it_is_collected(world: World, visit: Visit) -> None:
    seen: list[str] = []

    def look(_window: DigestWindow) -> Sequence[DigestItem]:
        from forum.api.data import db

        with pytest.raises(StatementError, match="needs a viewer"):
            db.session.scalars(sa.select(Post.id)).all()
        seen.append("asked")
        return []

    with loaded(world, make_plugin({"collect_digest_items": look})):
        switch(world, "recht", "on")
        assert visit("deniz").get("/a/recht/feed.atom").status_code == 200
    assert seen == ["asked"]


def test_it_costs_the_same_for_one_and_many_areas(world: World, teller: Teller) -> None:
    found = []
    for slugs in (("recht",), ("recht", "zu"), ("recht", "zu", "kreis", "bund")):
        collect(world, "anke", *slugs)
        with count_statements() as counted:
            collect(world, "anke", *slugs)
        found.append(len(counted))
    assert found == [3, 3, 3]
