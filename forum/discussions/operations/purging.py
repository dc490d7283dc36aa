"""What becomes of the talk of an area that is deleted: it goes for good, texts and all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import events
from forum.discussions.events import PostsPurged
from forum.discussions.models import Post, Topic
from forum.discussions.operations.rewriting import split_ids
from forum.discussions.operations.rows import QUIET


def hold_topics(session: Session, area_id: int) -> int:
    """Hold all topics of an area, hidden and deleted ones too; return how many."""
    held = sa.select(Topic.id).where(Topic.area_id == area_id).order_by(Topic.id)
    return len(session.scalars(held.with_for_update()).all())


def purge_talk(session: Session, area_id: int) -> dict[str, int]:
    """Delete all topics of an area; tell consumers which posts are gone.

    What hangs on posts and topics goes by their keys: revisions, reactions, follows, what
    somebody has read. Quotes of these posts elsewhere show nothing any more.
    Cost: three statements per 500 posts, two more for the topics.
    """
    topics = session.scalars(sa.select(Topic.id).where(Topic.area_id == area_id)).all()
    posts = 0
    for batch in split_ids(topics):
        posts += _purge_posts(session, area_id, batch)
        session.execute(sa.delete(Topic).where(Topic.id.in_(batch)).execution_options(**QUIET))
    return {"topic": len(topics), "post": posts}


def _purge_posts(session: Session, area_id: int, topic_ids: list[int]) -> int:
    ids = session.scalars(sa.select(Post.id).where(Post.topic_id.in_(topic_ids))).all()
    for batch in split_ids(ids):
        purge_posts(session, batch)
        events.append(PostsPurged(area_id=area_id, post_ids=tuple(batch), origin="system"))
    return len(ids)


def purge_posts(session: Session, post_ids: list[int]) -> None:
    """Delete the rows of posts, at most a statement's worth; what answers them hangs on nothing.

    Left to itself SQLite follows answers to answers, and stops at a thousand of them.
    """
    _cut_loose(session, post_ids)
    gone: Any = session.execute(
        sa.delete(Post).where(Post.id.in_(post_ids)).execution_options(**QUIET)
    )
    assert gone.rowcount == len(post_ids)


def _cut_loose(session: Session, post_ids: list[int]) -> None:
    """Take what answers these posts off them."""
    session.execute(
        sa.update(Post)
        .where(Post.parent_id.in_(post_ids))
        .values(parent_id=None)
        .execution_options(**QUIET)
    )
