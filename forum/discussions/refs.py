"""Topics and their pages as hooks are told of them."""

from __future__ import annotations

from collections.abc import Sequence

from forum.areas.panels import viewer_ref
from forum.areas.scope import Scope, area_ref
from forum.discussions.queries import PostRow, TopicRow
from forum.plugin.types import PostRef, TopicPage, TopicRef


def topic_page(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> TopicPage:
    """Return a page of a topic as hooks are told of it, without hidden and deleted posts."""
    refs = tuple(
        PostRef(post.id, post.topic_id, post.author_id, post.seq)
        for post in posts
        if post.hidden_at is None and post.deleted_at is None
    )
    return TopicPage(area_ref(scope), viewer_ref(scope), topic_ref(topic), refs, topic.version)


def topic_ref(topic: TopicRow) -> TopicRef:
    """Return the topic as hooks are told of it."""
    return TopicRef(topic.id, topic.area_id, topic.kind, topic.title)
