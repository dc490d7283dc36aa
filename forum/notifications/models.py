"""Tables of notifications: what somebody is told, and what they want by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import BigId, JSONType, Model, UTCDateTime
from forum.core.wall import ParticipantBound

KEY: Final = 80
"""Characters of the key under which a plugin tells somebody something once."""

_ABOUT_POST = sa.text("kind in ('mention', 'reply', 'quote', 'followed')")
_UNREAD = sa.text("read_at is null")


class Notification(ParticipantBound, Model):
    """One thing that one member is told once.

    `area_id` is set only for what concerns an area itself: a topic knows its own, and may move.
    `event_id` is the event of the log that it was made from (no foreign key: the log is pruned);
    what a plugin tells has `plugin`, `key` and `values` instead, and `<plugin>.<what>` as its kind.
    `plugin` is "" for core's own kinds and for those of built-in plugins.
    `detail` is one word that the kind needs: a role, an answer, an application's id.
    `mail_due_at` is set while a mail about it may still be made, `mailed_at` once one was.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "event_id"),
        sa.UniqueConstraint("user_id", "kind", "key"),
        sa.Index(
            "uq_notification_user_id_post_id",
            "user_id",
            "post_id",
            unique=True,
            sqlite_where=_ABOUT_POST,
            postgresql_where=_ABOUT_POST,
        ),
        sa.Index(
            "ix_notification_unread", "user_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD
        ),
        sa.Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(80))
    plugin: Mapped[str] = mapped_column(sa.String(40), default="")
    area_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), index=True
    )
    topic_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("topic.id", ondelete="CASCADE"), index=True
    )
    post_id: Mapped[int | None] = mapped_column(
        BigId, sa.ForeignKey("post.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    detail: Mapped[str] = mapped_column(sa.String(20), default="")
    event_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    key: Mapped[str | None] = mapped_column(sa.String(KEY))
    values: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mail_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class NotificationPreference(ParticipantBound, Model):
    """Whether a member wants mail about a kind; without a row the default counts."""

    __tablename__ = "notification_preference"
    __table_args__ = (sa.UniqueConstraint("user_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(80))
    mail: Mapped[bool]
