"""Tables of talk: topics, posts and their revisions, reactions, read state, follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import limits
from forum.core.database import NEVER_AGAIN, BigId, JSONType, Model, UTCDateTime, sortable
from forum.core.wall import AreaBound, ParticipantBound, PostBound, TopicBound
from forum.discussions import threading

_SELDOM_SET = sa.text("deleted_by_id IS NOT NULL")


class Topic(AreaBound, Model):
    """A discussion. Counters stand with the row and are recounted by a test.

    `origin` is `member`, `import` or `outside` (came from elsewhere when it was new); `kind` is one
    of the core's or one a plugin registers; `version` grows with everything that changes what the
    topic shows. `rank_at` is `last_post_at`, or far in the future while the topic is pinned, so an
    area's list is one index scan. `people` are up to five who wrote last, `people_count` is how
    many wrote at all.
    """

    __tablename__ = "topic"
    __table_args__ = (
        sa.Index("ix_topic_area_id_rank_at", "area_id", "rank_at", "id"),
        sa.Index("ix_topic_area_id_last_post_at", "area_id", "last_post_at", "id"),
        sa.Index("ix_topic_area_id_created_at", "area_id", "created_at", "id"),
        sa.Index("ix_topic_area_id_reply_count", "area_id", "reply_count", "id"),
        sa.Index("ix_topic_last_post_at", "last_post_at", "id"),
        sa.Index("ix_topic_author_id", "author_id"),
        sa.Index("ix_topic_last_author_id", "last_author_id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(sa.String(40), default="discussion")
    title: Mapped[str] = mapped_column(sa.String(limits.TITLE))
    slug: Mapped[str] = mapped_column(sa.String(limits.SLUG))
    excerpt: Mapped[str] = mapped_column(sa.String(300), default="")
    origin: Mapped[str] = mapped_column(sa.String(8), default="member")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_post_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="RESTRICT"))
    last_seq: Mapped[int] = mapped_column(default=1)
    reply_count: Mapped[int] = mapped_column(default=0)
    people: Mapped[list[int]] = mapped_column(JSONType, default=list)
    people_count: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    rank_at: Mapped[datetime] = mapped_column(UTCDateTime)
    pinned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Post(TopicBound, Model):
    """One contribution. `seq` is the order of arrival, `path` the place in the tree.

    A topic has one root, the only post without a parent: what answers the topic hangs on it. It
    has seq 1 unless an import brought it late. `path` is made by
    `threading`; `html` is what `markup` made of `source`, `refs` the mentions and quotes that its
    placeholders stand for. Deleted by nobody: it went with its author's account, text and all.
    """

    __tablename__ = "post"
    __table_args__ = (
        sa.UniqueConstraint("topic_id", "seq"),
        sa.Index("ix_post_topic_id_path_seq", "topic_id", "path", "seq"),
        sa.Index("ix_post_author_id_created_at", "author_id", "created_at"),
        sa.Index(
            "ix_post_deleted_by_id",
            "deleted_by_id",
            sqlite_where=_SELDOM_SET,
            postgresql_where=_SELDOM_SET,
        ),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    # Without an index of its own: the two above begin with it.
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"))
    seq: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("post.id", ondelete="CASCADE"), index=True
    )
    path: Mapped[str] = mapped_column(sortable(threading.LENGTH))
    depth: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="RESTRICT"))
    source: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    renderer: Mapped[int]
    refs: Mapped[dict[str, Any] | None] = mapped_column(JSONType)
    language: Mapped[str | None] = mapped_column(sa.String(8))
    origin: Mapped[str] = mapped_column(sa.String(8), default="member")
    reactions: Mapped[dict[str, int]] = mapped_column(JSONType, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))


class PostRevision(PostBound, Model):
    """A text a post had before an edit."""

    __tablename__ = "post_revision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    version: Mapped[int]
    source: Mapped[str] = mapped_column(sa.Text)
    editor_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Reaction(PostBound, Model):
    """One member's reaction to one post; the counts stand with the post."""

    __tablename__ = "post_reaction"
    __table_args__ = (sa.UniqueConstraint("post_id", "user_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReadState(ParticipantBound, Model):
    """What a member has read of a topic: everything up to `floor`, and the `ranges` above it.

    `read_count` is the number of seqs covered, so unread is `last_seq - read_count`.
    """

    __tablename__ = "read_state"
    __table_args__ = (sa.UniqueConstraint("user_id", "topic_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    floor: Mapped[int] = mapped_column(default=0)
    ranges: Mapped[list[list[int]]] = mapped_column(JSONType, default=list)
    read_count: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AreaRead(ParticipantBound, Model):
    """A member has marked an area as read: what is older is not new to them."""

    __tablename__ = "area_read"
    __table_args__ = (sa.UniqueConstraint("user_id", "area_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)
    before: Mapped[datetime] = mapped_column(UTCDateTime)


class Follow(ParticipantBound, Model):
    """A member follows or mutes a topic; `why` says how it came about (own, posted, mentioned)."""

    __tablename__ = "topic_follow"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "topic_id"),
        sa.CheckConstraint("level in ('follow','mute')", name="level"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(sa.String(8))
    why: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
