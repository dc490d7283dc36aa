"""What stands in feeds: the newest topics or posts of an area, the newest posts of a topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from forum.core import limits
from forum.core.database import at_most, db
from forum.discussions.models import Post, Topic
from forum.discussions.queries.rows import VISIBLE
from forum.discussions.queries.texts import PostLine, list_post_lines

_SHOWN: Final = sa.and_(Post.hidden_at.is_(None), Post.deleted_at.is_(None), VISIBLE)
_first: Final = aliased(Post)
# The first in reading order is the root, by index however long the topic is.
_ROOT_ID: Final = (
    sa.select(_first.id)
    .where(_first.topic_id == Topic.id)
    .order_by(_first.path, _first.seq)
    .limit(at_most(1))
    .correlate(Topic)
    .scalar_subquery()
)
_NEW_TOPICS: Final = (
    sa.select(_ROOT_ID)
    .select_from(Topic)
    .where(Topic.area_id == sa.bindparam("area_id"), VISIBLE)
    .order_by(Topic.created_at.desc(), Topic.id.desc())
    .limit(at_most(limits.FEED_ENTRIES))
)
_lively: Final = aliased(Topic)
# The newest posts of all stand in the topics that were last written in.
_LIVELY: Final = (
    sa.select(_lively.id)
    .where(
        _lively.area_id == sa.bindparam("area_id"),
        _lively.hidden_at.is_(None),
        _lively.deleted_at.is_(None),
    )
    .order_by(_lively.last_post_at.desc(), _lively.id.desc())
    .limit(at_most(limits.FEED_ENTRIES))
)
_NEW_POSTS: Final = (
    sa.select(Post.id)
    .join(Topic, Topic.id == Post.topic_id)
    .where(Topic.id.in_(_LIVELY), Post.seq > Topic.last_seq - limits.FEED_ENTRIES, _SHOWN)
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(at_most(limits.FEED_ENTRIES))
)
_POSTS_OF_TOPIC: Final = (
    sa.select(Post.id)
    .join(Topic, Topic.id == Post.topic_id)
    .where(Post.topic_id == sa.bindparam("topic_id"), _SHOWN)
    .order_by(Post.seq.desc())
    .limit(at_most(limits.FEED_ENTRIES))
)


def list_new_topics(area_id: int) -> list[PostLine]:
    """Return the first posts of an area's newest topics. Cost: two statements."""
    return _list(_NEW_TOPICS, {"area_id": area_id})


def list_new_posts(area_id: int) -> list[PostLine]:
    """Return the newest posts of an area, replies as well as first posts. Cost: two statements."""
    return _list(_NEW_POSTS, {"area_id": area_id})


def list_new_posts_of(topic_id: int) -> list[PostLine]:
    """Return the newest posts of a topic. Cost: two statements."""
    return _list(_POSTS_OF_TOPIC, {"topic_id": topic_id})


def _list(statement: sa.Select[Any], values: Mapping[str, int]) -> list[PostLine]:
    ids = db.session.execute(statement, values).scalars().all()
    lines = list_post_lines(ids) if ids else {}
    return [lines[post_id] for post_id in ids if post_id in lines]
