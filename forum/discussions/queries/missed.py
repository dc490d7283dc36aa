"""What went on in areas, for summaries: collected for nobody, then asked what whom concerns.

What members wrote counts, and what appeared elsewhere and came here at once; what an import brought
is nobody's news.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.core.among import among
from forum.core.database import UTCDateTime, at_most, unscoped
from forum.discussions.models import Follow, Post, ReadState, Topic
from forum.discussions.queries.rows import VISIBLE, topic_url

TOPICS: Final = 2_000
POSTS: Final = 20_000

_SINCE: Final = sa.bindparam("since", type_=UTCDateTime())
_UNTIL: Final = sa.bindparam("until", type_=UTCDateTime())
_ACTIVE: Final = (
    sa.select(
        Topic.id.label("topic_id"),
        Topic.area_id,
        Topic.author_id,
        Topic.kind,
        Topic.title,
        Topic.slug,
        Topic.excerpt,
    )
    .where(Topic.last_post_at >= _SINCE, among(Topic.area_id, "areas"), VISIBLE)
    .order_by(Topic.last_post_at.desc(), Topic.id.desc())
    .limit(at_most(TOPICS))
)
_WRITTEN: Final = (
    sa.select(Post.topic_id, Post.author_id, Post.seq, Post.created_at)
    .where(
        among(Post.topic_id, "topics"),
        Post.created_at >= _SINCE,
        Post.created_at < _UNTIL,
        Post.origin != "import",
        Post.hidden_at.is_(None),
        Post.deleted_at.is_(None),
    )
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(at_most(POSTS))
)
_READ: Final = (
    sa.select(ReadState.user_id, ReadState.topic_id)
    .join(Topic, Topic.id == ReadState.topic_id)
    .where(
        among(ReadState.user_id, "users"),
        among(ReadState.topic_id, "topics"),
        ReadState.read_count >= Topic.last_seq,
    )
)
_MUTED: Final = sa.select(Follow.user_id, Follow.topic_id).where(
    among(Follow.user_id, "users"), among(Follow.topic_id, "topics"), Follow.level == "mute"
)
_SETTLED: Final[Any] = sa.union_all(_READ, _MUTED)
_SHOWN: Final = sa.select(Topic.id, Topic.area_id).where(among(Topic.id, "topics"), VISIBLE)


@dataclass(frozen=True, slots=True)
class Written:
    """A post that was news: by whom, the how manieth of its topic, when."""

    author_id: int
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ActiveTopic:
    """A topic in which something was written in a stretch of time; `written` newest first."""

    topic_id: int
    area_id: int
    author_id: int
    kind: str
    title: str
    path: str
    excerpt: str
    written: tuple[Written, ...]


def list_active_topics(
    area_ids: Collection[int], *, since: datetime, until: datetime
) -> list[ActiveTopic]:
    """List topics of these areas with news, for nobody yet: the caller knows the readers.

    Looks at the 2,000 topics that were active last and at 20,000 posts.
    Cost: two statements, whatever the number of areas.
    """
    values = {"areas": sorted(area_ids), "since": since, "until": until}
    with unscoped("discussions: summaries are collected for nobody") as session:
        topics = session.execute(_ACTIVE, values).all()
        written: dict[int, list[Written]] = {}
        asked = {**values, "topics": [row.topic_id for row in topics]}
        for row in session.execute(_WRITTEN, asked):
            post = Written(row.author_id, row.seq, row.created_at)
            written.setdefault(row.topic_id, []).append(post)
    return [
        ActiveTopic(
            topic_id=row.topic_id,
            area_id=row.area_id,
            author_id=row.author_id,
            kind=row.kind,
            title=row.title,
            path=topic_url(row.topic_id, row.slug),
            excerpt=row.excerpt,
            written=tuple(written[row.topic_id]),
        )
        for row in topics
        if row.topic_id in written
    ]


def list_settled(user_ids: Collection[int], topic_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return who has read which of these topics to the end, or muted it: (member, topic).

    Cost: one statement, none for no topics.
    """
    if not user_ids or not topic_ids:
        return set()
    values = {"users": sorted(user_ids), "topics": sorted(topic_ids)}
    with unscoped("discussions: what members have read is asked for many at once") as session:
        return {(row[0], row[1]) for row in session.execute(_SETTLED, values)}


def find_places(topic_ids: Collection[int]) -> dict[int, int]:
    """Return the areas in which these topics show now; hidden and deleted ones are missing.

    Cost: one statement, none for no topics.
    """
    if not topic_ids:
        return {}
    with unscoped("discussions: where topics stand is asked for many readers at once") as session:
        rows = session.execute(_SHOWN, {"topics": sorted(topic_ids)})
        return {row.id: row.area_id for row in rows}
