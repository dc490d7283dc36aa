"""Posts as the search index wants them: past the wall, for the worker alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from forum.areas.queries import AREA
from forum.core.database import unscoped
from forum.discussions.models import Post, Topic


@dataclass(frozen=True, slots=True)
class IndexedPost:
    """A post with what the index keeps; `shown` is False where nobody may find it."""

    id: int
    topic_id: int
    area_id: int
    author_id: int
    seq: int
    title: str
    html: str
    language: str
    created_at: datetime
    kind: str
    shown: bool


_POSTS = (
    sa.select(
        Post.id,
        Post.topic_id,
        Topic.area_id,
        Post.author_id,
        Post.seq,
        Topic.title,
        Post.html,
        sa.func.coalesce(Post.language, AREA.language),
        Post.created_at,
        Topic.kind,
        sa.and_(
            Post.hidden_at.is_(None),
            Post.deleted_at.is_(None),
            Topic.hidden_at.is_(None),
            Topic.deleted_at.is_(None),
        ),
    )
    .join(Topic, Topic.id == Post.topic_id)
    .join(AREA, AREA.id == Topic.area_id)
    .order_by(Post.id)
)


def list_posts_to_index(
    post_ids: Collection[int] = (), topic_ids: Collection[int] = ()
) -> list[IndexedPost]:
    """Return these posts and all posts of these topics. Cost: one statement."""
    wanted = sa.or_(Post.id.in_(post_ids), Post.topic_id.in_(topic_ids))
    return _list(_POSTS.where(wanted))


def list_all_posts_to_index(*, after: int, limit: int) -> list[IndexedPost]:
    """Return posts with ids above `after`, in the order of ids. Cost: one statement."""
    return _list(_POSTS.where(Post.id > after).limit(limit))


def _list(statement: Any) -> list[IndexedPost]:
    with unscoped("search index") as session:
        return [IndexedPost(*row) for row in session.execute(statement)]
