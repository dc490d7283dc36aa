"""Posts and their topics as relations to join: for plugins, whose rows hang on them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from forum.discussions.models import Post, Topic
from forum.discussions.queries.rows import VISIBLE

SHOWN_POSTS: Final = (
    sa.select(
        Post.id.label("post_id"),
        Post.topic_id,
        Post.seq,
        Post.author_id,
        Post.created_at,
        Post.origin,
        Topic.area_id,
        Topic.kind,
        Topic.title,
        Topic.slug,
    )
    .join(Topic, Topic.id == Post.topic_id)
    .where(Post.hidden_at.is_(None), Post.deleted_at.is_(None), VISIBLE)
    .subquery("shown_post")
)
"""What readers see: neither post nor topic hidden or deleted; the wall limits it like any other."""

AUTHORED_POSTS: Final = sa.select(
    Post.id.label("post_id"), Post.topic_id, Post.author_id, Post.deleted_at
).subquery("authored_post")
"""All posts with who wrote them and whether they were deleted: for exports and erasures."""
