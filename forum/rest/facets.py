"""What plugins add to topics and posts, under `plugins.<name>`: asked once per page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from forum.areas.rules import can_reply
from forum.areas.scope import Scope
from forum.discussions.queries import PostRow, TopicRow
from forum.plugin.types import AreaRef, PostRef, TopicList, TopicPage, TopicRef, ViewerRef

Added = Mapping[int, Mapping[str, BaseModel]]
"""By the id of the topic or post, by the name of the plugin."""


def collect_topic_fields(scope: Scope, topics: Sequence[TopicRow]) -> Added:
    """Return what the plugins active in the area add to these topics of it."""
    refs = tuple(_topic_ref(topic) for topic in topics)
    page = TopicList(_area_ref(scope), _viewer_ref(scope), refs)
    return _turn(scope.hooks.collect_topic_fields(page), {topic.id for topic in topics})


def collect_post_fields(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> Added:
    """Return what they add to these posts; hidden and deleted ones are not asked about."""
    refs = tuple(
        PostRef(post.id, post.topic_id, post.author_id, post.seq)
        for post in posts
        if post.hidden_at is None and post.deleted_at is None
    )
    page = TopicPage(_area_ref(scope), _viewer_ref(scope), _topic_ref(topic), refs, topic.version)
    return _turn(scope.hooks.collect_post_fields(page), {ref.id for ref in refs})


def _turn(
    given: Iterable[tuple[str, Mapping[int, BaseModel]]], asked: set[int]
) -> dict[int, dict[str, BaseModel]]:
    found: dict[int, dict[str, BaseModel]] = {}
    for plugin, values in given:
        for thing, value in values.items():
            if thing in asked:
                found.setdefault(thing, {})[plugin] = value
    return found


def _area_ref(scope: Scope) -> AreaRef:
    return AreaRef(scope.area.id, scope.area.slug, scope.area.name)


def _viewer_ref(scope: Scope) -> ViewerRef:
    return ViewerRef(scope.user_id, scope.role or "reader", can_reply(scope))


def _topic_ref(topic: TopicRow) -> TopicRef:
    return TopicRef(topic.id, topic.area_id, topic.kind, topic.title)
