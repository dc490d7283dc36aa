"""Tables of badges. What can be earned belongs to an area; who earned it is an award.

Everything that names a member is the member's own behind the wall, but for awards: they are read
with the area, and each query says whose and which of them it shows.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import AreaBound, BigId, JSONType, Model, ParticipantBound, UTCDateTime
from forum_badges import limits

# Notifications and addresses name badges: an id that is free again would lead them elsewhere.
_NEVER_AGAIN: Final = {"sqlite_autoincrement": True}


class Achievement(AreaBound, Model):
    """What can be earned. `number` is its version in force; name and text are that version's."""

    __tablename__ = "badges_achievement"
    __table_args__ = (_NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    description: Mapped[str] = mapped_column(sa.String(limits.DESCRIPTION))
    number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Version(AreaBound, Model):
    """What an achievement said when somebody earned it: written once, never changed."""

    __tablename__ = "badges_version"
    __table_args__ = (sa.UniqueConstraint("achievement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_achievement.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    description: Mapped[str] = mapped_column(sa.String(limits.DESCRIPTION))
    narrative: Mapped[str] = mapped_column(sa.String(limits.NARRATIVE))
    minutes: Mapped[int] = mapped_column(default=0)
    valid_days: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Criterion(AreaBound, Model):
    """One condition of a version, as `values.Leaf` says it."""

    __tablename__ = "badges_criterion"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_version.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    clause: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    event: Mapped[str] = mapped_column(sa.String(limits.EVENT), index=True)
    field: Mapped[str] = mapped_column(sa.String(limits.FIELD))
    value: Mapped[str] = mapped_column(sa.String(limits.VALUE))
    least: Mapped[int]
    required_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("badges_achievement.id", ondelete="CASCADE"), index=True
    )


class Award(AreaBound, Model):
    """Somebody has earned a version of an achievement: once for each source.

    `event_at` is when it was earned, `awarded_at` when that was noticed. Nobody as `actor_id`
    stands for the criteria, and for who is gone. `doubted_at`: since when an award by the criteria
    waits for an admin's decision, because what it was earned by was undone.
    """

    __tablename__ = "badges_award"
    __table_args__ = (
        sa.UniqueConstraint("achievement_id", "user_id", "source_key"),
        _NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_achievement.id", ondelete="CASCADE")
    )
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_version.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    source_key: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    method: Mapped[str] = mapped_column(sa.String(8))
    event_at: Mapped[datetime] = mapped_column(UTCDateTime)
    awarded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    visibility: Mapped[str] = mapped_column(
        sa.String(8), default="private", server_default="private"
    )
    doubted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="", server_default="")


class Feed(ParticipantBound, Model):
    """An event that somebody is credited with; it only grows. `fields` is the payload as text.

    `key` is what later events know it by that undo it; `undone` is what `Undone` says of it.
    """

    __tablename__ = "badges_event"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "user_id"),
        # Counting reads nothing but this: in its order, and without the rows.
        sa.Index(
            "ix_badges_event_counted", "name", "user_id", "at", "event_id", "area_id", "undone"
        ),
        sa.Index("ix_badges_event_key", "key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(BigId)
    name: Mapped[str] = mapped_column(sa.String(limits.EVENT))
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(BigId)
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    fields: Mapped[dict[str, str]] = mapped_column(JSONType)
    key: Mapped[str] = mapped_column(sa.String(limits.KEY), default="", server_default="")
    undone: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Undone(AreaBound, Model):
    """The last word on events of a type and key: whether those before `last_id` are taken back.

    `name` is the type that takes them back: what is both deleted and hidden needs both undone.
    """

    __tablename__ = "badges_undone"

    key: Mapped[str] = mapped_column(sa.String(limits.KEY), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(limits.EVENT), primary_key=True)
    last_id: Mapped[int] = mapped_column(BigId)
    standing: Mapped[bool]


class Counter(ParticipantBound, Model):
    """How far somebody is with a condition: what live awarding looks at instead of counting."""

    __tablename__ = "badges_counter"

    criterion_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_criterion.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[int]


class Session(AreaBound, Model):
    """A meeting, course or workshop that somebody may have attended."""

    __tablename__ = "badges_session"
    __table_args__ = (_NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(limits.NAME))
    subject: Mapped[str] = mapped_column(sa.String(limits.SUBJECT))
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Attendance(ParticipantBound, Model):
    """A member was there, as the area's admins wrote down."""

    __tablename__ = "badges_attendance"

    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_session.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Issuer(Model):
    """Who signs: the forum under one of its addresses. A new address is a new issuer."""

    __tablename__ = "badges_issuer"
    __table_args__ = (_NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    base: Mapped[str] = mapped_column(sa.String(limits.URL), unique=True)
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class IssuerKey(Model):
    """A key of an issuer. Retired ones stay published: what they signed stays good."""

    __tablename__ = "badges_issuer_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_issuer.id", ondelete="CASCADE"), index=True
    )
    public: Mapped[str] = mapped_column(sa.String(60))
    private: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StatusList(Model):
    """Which credentials of an issuer are revoked: a bit each, at a place drawn by lot."""

    __tablename__ = "badges_status_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_issuer.id", ondelete="CASCADE"), index=True
    )
    bits: Mapped[bytes] = mapped_column(sa.LargeBinary)
    document: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Credential(ParticipantBound, Model):
    """An award as a signed document: made once, kept as it was signed."""

    __tablename__ = "badges_credential"
    __table_args__ = (sa.UniqueConstraint("list_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(
        sa.ForeignKey("badges_award.id", ondelete="CASCADE"), unique=True
    )
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("badges_status_list.id", ondelete="CASCADE"))
    place: Mapped[int]
    document: Mapped[bytes] = mapped_column(sa.LargeBinary)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Share(ParticipantBound, Model):
    """A link to awards that a member chose, in their order; only its hash is kept."""

    __tablename__ = "badges_share"
    __table_args__ = (_NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(limits.NAME))
    named: Mapped[bool] = mapped_column(default=False)
    awards: Mapped[list[int]] = mapped_column(JSONType)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
