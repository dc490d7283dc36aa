"""What plugins add to what is found, and kinds: only where their plugin is on, for who may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from forum.areas.queries import get_scope
from forum.discussions.operations import move_topic, touch_topic
from forum.plugin import PostRef, SearchDocument, TopicKind
from forum.search.operations import mark_pending, rebuild_index
from forum.search.queries import SearchResult, search_posts
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.discussions.world import World
from tests.forum.search.test_search import _settle


class Places:
    """Adds a place to every first post."""

    def __init__(self) -> None:
        self.text = "Treffpunkt Heidelberg <b>"

    def __call__(self, posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
        return [SearchDocument(post.id, self.text) for post in posts if post.seq == 1]


@pytest.fixture
def places(world: World) -> Iterator[Places]:
    """A plugin that adds places, and a kind; on in `recht` and `zu`."""
    added = Places()
    kind = TopicKind(name="meeting", label="Treffen", icon="calendar")
    plugin = make_plugin({"collect_search_documents": added}, topic_kinds=(kind,))
    with loaded(world, plugin, strict=False):
        for slug in ("recht", "zu"):
            switch(world, slug, "on")
        yield added


def search(world: World, name: str | None, text: str, **kw: str) -> SearchResult:
    return world.seeing(name, lambda viewer: search_posts(viewer, text, **kw))  # type: ignore[arg-type]


def titles(world: World, name: str | None, text: str, **kw: str) -> list[str]:
    result = search(world, name, text, **kw)
    assert result.total == len(result.hits)
    return [hit.post.title for hit in result.hits]


def test_a_post_is_found_by_what_a_plugin_adds(world: World, places: Places) -> None:
    world.start("anke", title="Ausflug", source="Wer kommt mit?")
    _settle(world)
    for text in ("Heidelberg", "Heidelberg Ausflug", "kommt Treffpunkt"):
        assert titles(world, "deniz", text) == ["Ausflug"]
    [hit] = search(world, "deniz", "Heidelberg").hits
    assert "<mark>Heidelberg</mark> &lt;b&gt;" in hit.snippet
    assert titles(world, "deniz", "Ausflug") == ["Ausflug"]


def test_off_is_off_with_the_next_search_and_on_again_without_a_new_index(
    world: World, places: Places
) -> None:
    world.start("anke", title="Ausflug")
    _settle(world)
    switch(world, "recht", "off")
    assert titles(world, "deniz", "Heidelberg") == []
    assert titles(world, "deniz", "Ausflug") == ["Ausflug"]
    switch(world, "recht", "on")
    assert titles(world, "deniz", "Heidelberg") == ["Ausflug"]


def test_what_is_on_elsewhere_finds_nothing_here(world: World, places: Places) -> None:
    world.start("anke", "kreis", title="Drüben")
    _settle(world)
    assert titles(world, "anke", "Heidelberg") == []


def test_only_who_may_read_the_area_finds_it(world: World, places: Places) -> None:
    world.start("anke", "zu", title="Geheim")
    _settle(world)
    assert titles(world, "anke", "Heidelberg") == ["Geheim"]
    for name in ("deniz", "moderatorin", None):
        assert titles(world, name, "Heidelberg") == []


def test_a_topic_that_moves_takes_it_along(world: World, places: Places) -> None:
    topic = world.start("anke", title="Ausflug").topic_id
    _settle(world)
    with world.acting("moderatorin") as scope:
        move_topic(scope, topic, target=get_scope(scope.viewer, "kreis"))
    _settle(world)
    assert titles(world, "anke", "Heidelberg") == []


def test_what_changes_is_found_once_it_was_said(world: World, places: Places) -> None:
    topic = world.start("anke", title="Ausflug").topic_id
    _settle(world)
    places.text = "Treffpunkt Mannheim"
    with world.acting("anke"):
        touch_topic(topic)
        mark_pending(topic)
    _settle(world)
    assert titles(world, "deniz", "Heidelberg") == []
    assert titles(world, "deniz", "Mannheim") == ["Ausflug"]


def test_a_new_index_has_it_too(world: World, places: Places) -> None:
    world.start("anke", title="Ausflug")
    with world.app.app_context():
        rebuild_index()
    assert titles(world, "deniz", "Heidelberg") == ["Ausflug"]


def test_what_does_not_hold_leaves_the_post_findable(world: World, places: Places) -> None:
    places.text = "x" * 70_000
    world.start("anke", title="Ausflug")
    _settle(world)
    assert titles(world, "deniz", "Ausflug") == ["Ausflug"]


def test_a_kind_narrows_the_search(world: World, places: Places) -> None:
    world.start("anke", title="Ausflug ins Grüne", kind="meeting")
    world.start("anke", title="Ausflug verschoben")
    world.start("anke", title="Ausflug wann?", kind="question")
    _settle(world)
    assert titles(world, "deniz", "Ausflug kind:meeting") == ["Ausflug ins Grüne"]
    assert titles(world, "deniz", "Ausflug", kind="question") == ["Ausflug wann?"]
    assert titles(world, "deniz", "kind:meeting") == ["Ausflug ins Grüne"]
    assert titles(world, "deniz", "Ausflug kind:nothing") == []
    kinds = search(world, "deniz", "Ausflug").kinds
    assert sorted((one.kind, one.label, one.count) for one in kinds) == [
        ("meeting", "Treffen", 1),
        ("question", "Frage", 1),
    ]


def test_a_kind_whose_plugin_is_off_is_no_kind(world: World, places: Places) -> None:
    world.start("anke", title="Ausflug", kind="meeting")
    _settle(world)
    switch(world, "recht", "off")
    assert titles(world, "deniz", "Ausflug kind:meeting") == []
    result = search(world, "deniz", "Ausflug")
    assert (result.kinds, [hit.kind for hit in result.hits]) == ([], [""])


def test_the_page_offers_kinds_that_were_found(world: World, places: Places) -> None:
    world.start("anke", title="Ausflug", kind="meeting")
    _settle(world)
    page = Visitor(world, "deniz").open("/search?q=Ausflug")
    assert 'href="/search?q=Ausflug&amp;kind=meeting">Treffen 1</a>' in page
    narrowed = Visitor(world, "deniz").open("/search?q=Ausflug&kind=meeting")
    assert 'href="/search?q=Ausflug">Alle Arten</a>' in narrowed
    assert "Art der Themen" not in Visitor(world, "deniz").open("/search?q=nichts")
