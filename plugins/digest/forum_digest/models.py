"""Tables of digests: what a member wants, each digest with its state, what it told.

Everything is one member's own; addresses that refuse mail are known by a keyed hash alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import BigId, JSONType, Model, ParticipantBound, UTCDateTime
from forum_digest import values

ZONE: Final = 40
KEY: Final = 12
ITEM_KEY: Final = 120


def _one_of(column: str, words: object) -> sa.CheckConstraint:
    listed = ",".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


class Pref(ParticipantBound, Model):
    """What a member wants; without `chosen` it was made because they had long been away.

    `zone` is where `hour` is meant, "" for language is the account's. `areas` are the chosen
    ones, each with all below it, none for all. `next_due_at` and `next_key` move together; `mark`
    is up to when the last digest told.
    """

    __tablename__ = "digest_pref"
    __table_args__ = (
        sa.UniqueConstraint("user_id"),
        sa.Index("ix_digest_pref_next_due_at", "next_due_at"),
        _one_of("freq", values.FREQS),
        _one_of("channel", values.CHANNELS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(8), default=values.MAIL)
    freq: Mapped[str] = mapped_column(sa.String(8), default=values.OFF)
    weekday: Mapped[int] = mapped_column(default=0)
    hour: Mapped[int] = mapped_column(default=7)
    zone: Mapped[str] = mapped_column(sa.String(ZONE))
    language: Mapped[str] = mapped_column(sa.String(8), default="")
    areas: Mapped[list[int]] = mapped_column(JSONType, default=list)
    paused_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_key: Mapped[str] = mapped_column(sa.String(KEY), default="")
    mark: Mapped[datetime] = mapped_column(UTCDateTime)
    chosen: Mapped[bool] = mapped_column(default=True)


class Issue(ParticipantBound, Model):
    """One digest of one member: there is one per channel and period, whoever plans at once.

    States: `planned` → `composed` (the mail waits in the outbox) → `sent`; `skipped` with a reason.
    `tries` counts how often it was made; with the id it names the mail, so the Message-ID stays.
    """

    __tablename__ = "digest_issue"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "channel", "period_key"),
        sa.Index("ix_digest_issue_state", "state", "id"),
        _one_of("state", values.STATES),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(sa.String(8))
    period_key: Mapped[str] = mapped_column(sa.String(KEY))
    state: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str] = mapped_column(sa.String(12), default="")
    from_mark: Mapped[datetime] = mapped_column(UTCDateTime)
    to_mark: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    items: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SentItem(ParticipantBound, Model):
    """What a digest told, by reference: asked again when the mail leaves.

    `key` is `topic-<id>-<seq>` of the newest post told, or plugin and key of what a plugin told.
    """

    __tablename__ = "digest_sent_item"
    __table_args__ = (sa.UniqueConstraint("issue_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    issue_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("digest_issue.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(sa.String(ITEM_KEY))
    plugin: Mapped[str] = mapped_column(sa.String(40), default="")
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("topic.id", ondelete="CASCADE"), index=True
    )


class Suppression(Model):
    """An address that refused mail for good, as a keyed hash; nothing goes there until then."""

    __tablename__ = "digest_suppression"

    address_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    points: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
