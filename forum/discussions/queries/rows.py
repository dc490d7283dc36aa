"""The rows that queries of discussions return, and the columns they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.discussions.models import Follow, Post, ReadState, Topic
from forum.discussions.readstate import Read

TOPIC: Final = Topic
POST: Final = Post
"""For joins of other features, as `AREA` of areas: `.join(TOPIC, TOPIC.id == …)`."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as pages need it; the columns of `models.Topic` under the same names."""

    id: int
    area_id: int
    author_id: int
    kind: str
    title: str
    slug: str
    excerpt: str
    origin: str
    created_at: datetime
    last_post_at: datetime
    rank_at: datetime
    last_author_id: int
    last_seq: int
    reply_count: int
    people: list[int]
    people_count: int
    version: int
    pinned_at: datetime | None
    locked_at: datetime | None
    hidden_at: datetime | None
    deleted_at: datetime | None

    @property
    def url(self) -> str:
        """The topic's address."""
        return topic_url(self.id, self.slug)


TOPIC_COLUMNS: Final = tuple(getattr(Topic, name) for name in TopicRow.__slots__)
TOPIC_WIDTH: Final = len(TOPIC_COLUMNS)

VISIBLE: Final = sa.and_(Topic.hidden_at.is_(None), Topic.deleted_at.is_(None))
WAITING: Final = sa.and_(
    Topic.reply_count == 0, Topic.locked_at.is_(None), Topic.kind != "announcement"
)
"""Nobody has answered, and an answer is wanted: announcements want none."""

MINE_COLUMNS: Final = (
    ReadState.floor.label("read_floor"),
    ReadState.ranges.label("read_ranges"),
    ReadState.read_count.label("read_count"),
    ReadState.read_at.label("read_at"),
    Follow.level.label("follow"),
    Follow.why.label("follow_why"),
)


@dataclass(frozen=True, slots=True)
class Mine:
    """What a topic is to the viewer: what they have read of it, whether and why they follow it."""

    read: Read | None = None
    read_at: datetime | None = None
    follow: str | None = None
    follow_why: str = ""


def to_mine(row: Any) -> Mine:
    """Read MINE_COLUMNS of a row."""
    why = row.follow_why or ""
    if row.read_floor is None:
        return Mine(follow=row.follow, follow_why=why)
    ranges = tuple((first, last) for first, last in row.read_ranges)
    return Mine(Read(row.read_floor, ranges), row.read_at, row.follow, why)


def join_mine(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Join read state and follow of the viewer (bind `me`, 0 for nobody) to a topic."""
    me = sa.bindparam("me", type_=sa.Integer)
    return statement.outerjoin(
        ReadState, sa.and_(ReadState.topic_id == Topic.id, ReadState.user_id == me)
    ).outerjoin(Follow, sa.and_(Follow.topic_id == Topic.id, Follow.user_id == me))


def topic_url(topic_id: int, slug: str) -> str:
    """Return the address of a topic; the slug is for people, the id decides."""
    return f"/t/{topic_id}-{slug}" if slug else f"/t/{topic_id}"


def post_url(topic_id: int, seq: int) -> str:
    """Return the permanent address of a post, which leads to its page."""
    return f"/t/{topic_id}/p/{seq}"
