"""Whose texts are: posts from outside that somebody has shown to be theirs, and back again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from forum.core.database import unscoped
from forum.discussions.models import Post, Topic
from forum.discussions.operations.rewriting import split_ids
from forum.discussions.operations.rows import QUIET, recount_topic


@dataclass(frozen=True, slots=True)
class Attribution:
    """How many posts have another author now, and the topics that they stand in."""

    posts: int
    topic_ids: tuple[int, ...]


def attribute_posts(post_ids: Collection[int], *, source_id: int, target_id: int) -> Attribution:
    """Let those of these posts that are one person's be another's, and their topics.

    Nothing is told to anybody. The caller asks the search to look at the topics again.
    Cost: two statements per 500 posts, four for each topic.
    """
    moved = 0
    topics: set[int] = set()
    with unscoped("who wrote a post is the same for every reader") as session:
        for batch in split_ids(post_ids):
            here = sa.and_(Post.id.in_(batch), Post.author_id == source_id)
            topics |= set(session.scalars(sa.select(Post.topic_id).where(here).distinct()))
            changed = sa.update(Post).where(here).values(author_id=target_id)
            result: Any = session.execute(changed.execution_options(**QUIET))
            moved += result.rowcount
        for batch in split_ids(topics):
            root = sa.select(Post.author_id).where(
                Post.topic_id == Topic.id, Post.parent_id.is_(None)
            )
            opened = sa.update(Topic).where(Topic.id.in_(batch), Topic.author_id == source_id)
            first = root.limit(1).scalar_subquery()
            session.execute(opened.values(author_id=first).execution_options(**QUIET))
        for topic_id in sorted(topics):
            recount_topic(topic_id, session)
    return Attribution(moved, tuple(sorted(topics)))
