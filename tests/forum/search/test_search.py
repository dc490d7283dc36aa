"""Searching as a member: what the worker has indexed and the database allows."""

from __future__ import annotations

from forum.core.consumers import run_consumers
from forum.core.runner import run_all
from forum.discussions import operations
from forum.search.operations import rebuild_index
from forum.search.queries import search_posts
from tests.forum.discussions.world import World


def _settle(world: World) -> None:
    with world.app.app_context():
        while run_consumers():
            pass
        run_all()


def _search(world: World, name: str | None, text: str) -> list[str]:
    result = world.seeing(name, lambda viewer: search_posts(viewer, text))
    assert result.total == len(result.hits)
    return [hit.post.title for hit in result.hits]


def test_only_those_who_may_read_find_it(world: World) -> None:
    world.start("anke", "zu", title="Geheimes Protokoll", source="KANARIE-suche steht hier")
    _settle(world)
    assert _search(world, "anke", "KANARIE-suche") == ["Geheimes Protokoll"]
    assert _search(world, "deniz", "KANARIE-suche") == []
    assert _search(world, "moderatorin", "Protokoll") == []
    assert _search(world, None, "KANARIE-suche") == []


def test_who_leaves_finds_nothing_from_the_next_search_on(world: World) -> None:
    world.start("anke", "recht", title="Satzung", source="Beitragssatzung")
    _settle(world)
    assert _search(world, "fremd", "Satzung") == ["Satzung"]
    assert _search(world, None, "Satzung") == []


def test_replies_are_found_under_the_topic(world: World) -> None:
    topic = world.start("anke", title="Bauhof", source="Geräte teilen?")
    world.reply("deniz", topic.topic_id, "Den Häcksler hätten wir gern")
    _settle(world)
    assert _search(world, "petra", "häcksler") == ["Bauhof"]


def test_edits_and_deletions_reach_the_index(world: World) -> None:
    topic = world.start("anke", title="Bad", source="Freibad schließt")
    _settle(world)
    with world.acting("anke") as scope:
        operations.edit_post(scope, topic.topic_id, seq=1, source="Hallenbad öffnet", version=1)
    _settle(world)
    assert _search(world, "petra", "Freibad") == []
    assert _search(world, "petra", "Hallenbad") == ["Bad"]
    reply = world.reply("deniz", topic.topic_id, "Endlich Schwimmkurse")
    _settle(world)
    with world.acting("deniz") as scope:
        operations.delete_post(scope, topic.topic_id, seq=reply.seq)
    # Already before the worker has come round.
    assert _search(world, "petra", "Schwimmkurse") == []
    _settle(world)
    assert _search(world, "petra", "Schwimmkurse") == []


def test_the_index_can_be_built_anew(world: World) -> None:
    world.start("anke", title="Eins", source="Kreisumlage")
    world.start("anke", title="Zwei", source="Kreisumlage")
    with world.app.app_context():
        assert rebuild_index() == 2
    assert sorted(_search(world, "petra", "Kreisumlage")) == ["Eins", "Zwei"]
