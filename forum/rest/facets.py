"""What plugins add to topics and posts, under `plugins.<name>`: asked once per page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from forum.areas.panels import viewer_ref
from forum.areas.scope import Scope, area_ref
from forum.discussions.queries import PostRow, TopicRow
from forum.discussions.refs import topic_page, topic_ref
from forum.plugin.types import TopicList

Added = Mapping[int, Mapping[str, BaseModel]]
"""By the id of the topic or post, by the name of the plugin."""


def collect_topic_fields(scope: Scope, topics: Sequence[TopicRow]) -> Added:
    """Return what the plugins active in the area add to these topics of it."""
    refs = tuple(topic_ref(topic) for topic in topics)
    page = TopicList(area_ref(scope), viewer_ref(scope), refs)
    return _turn(scope.hooks.collect_topic_fields(page), {topic.id for topic in topics})


def collect_post_fields(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> Added:
    """Return what they add to these posts; hidden and deleted ones are not asked about."""
    page = topic_page(scope, topic, posts)
    return _turn(scope.hooks.collect_post_fields(page), {ref.id for ref in page.posts})


def _turn(
    given: Iterable[tuple[str, Mapping[int, BaseModel]]], asked: set[int]
) -> dict[int, dict[str, BaseModel]]:
    found: dict[int, dict[str, BaseModel]] = {}
    for plugin, values in given:
        for thing, value in values.items():
            if thing in asked:
                found.setdefault(thing, {})[plugin] = value
    return found
