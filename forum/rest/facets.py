"""What plugins add to topics and posts, under `plugins.<name>`: asked once per page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from forum.areas.scope import Scope
from forum.discussions.queries import PostRow, TopicRow

Added = Mapping[int, Mapping[str, BaseModel]]
"""By the id of the topic or post, by the name of the plugin."""


def collect_topic_fields(scope: Scope, topics: Sequence[TopicRow]) -> Added:
    """Return what the plugins active in the area add to these topics of it."""
    return {}


def collect_post_fields(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> Added:
    """Return what they add to these posts; hidden and deleted ones are not asked about."""
    return {}
