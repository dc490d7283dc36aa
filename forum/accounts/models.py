"""Tables of people: users, sessions, tokens, site roles, invitations; exports, erasures, merges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import limits
from forum.core.database import NEVER_AGAIN, JSONType, Model, UTCDateTime, sortable


class User(Model):
    """A person, or the ghost of one known from outside; `handle` is the public name in links.

    States: `active`, `suspended`, `ghost` (imported author, never logs in), `erased` (shown as a
    former member). Nobody becomes a user before their address is confirmed. `name_key` is the
    name folded to plain letters, for completion and sorting; `source` says where a ghost is from;
    `avatar` and `portrait` name the small and the large file of the picture in the storage.
    """

    __tablename__ = "user"
    __table_args__ = (
        sa.CheckConstraint("state in ('active','suspended','ghost','erased')", name="state"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(sortable(limits.HANDLE), unique=True)
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    name_key: Mapped[str] = mapped_column(sortable(2 * limits.NAME), default="", index=True)
    email: Mapped[str | None] = mapped_column(sa.String(limits.EMAIL), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(10), default="active")
    source: Mapped[str] = mapped_column(sa.String(limits.LABEL), default="")
    title: Mapped[str] = mapped_column(sa.String(limits.LABEL), default="")
    organisation: Mapped[str] = mapped_column(sa.String(limits.LABEL), default="")
    bio: Mapped[str] = mapped_column(sa.String(limits.BIO), default="")
    avatar: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    portrait: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    language: Mapped[str] = mapped_column(sa.String(8), default="de")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="Europe/Berlin")
    preferences: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    unread_notifications: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginSession(Model):
    """A signed-in browser. The cookie holds a random token, this row only its hash."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(sa.String(limits.USER_AGENT), default="")
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class AccessToken(Model):
    """A key with which a program speaks for a member. It was shown once, this row has its hash.

    `scopes` is `read`, `write` or both with a space between. It ends by its date, by being
    revoked, with the password and with the account.
    """

    __tablename__ = "access_token"
    __table_args__ = (sa.CheckConstraint("scopes in ('read','write','read write')", name="scopes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(limits.LABEL))
    scopes: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FeedKey(Model):
    """What lets a feed reader in as a member: it holds a random key, this row only its hash."""

    __tablename__ = "feed_key"

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MailToken(Model):
    """A link sent by mail: bound to purpose, person and address, used once by POST.

    Purposes: `register` (no person yet, `details` holds the name), `reset`, `address`.
    """

    __tablename__ = "mail_token"
    __table_args__ = (
        sa.CheckConstraint("purpose in ('register','reset','address')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(sa.String(20))
    email: Mapped[str] = mapped_column(sa.String(limits.EMAIL), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SiteRole(Model):
    """`operator` (plugins, settings) or `privacy` (export, erasure); neither reads closed areas."""

    __tablename__ = "site_role"
    __table_args__ = (sa.CheckConstraint("role in ('operator','privacy')", name="role"),)

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SiteInvitation(Model):
    """A link to register with. With `email` it was sent there and shown to nobody else."""

    __tablename__ = "site_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(limits.EMAIL))
    max_uses: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DataExport(Model):
    """A member's own data as one file in the storage, for that member alone.

    States: `waiting` → `ready`; `failed` when a feature or plugin could not give its part.
    """

    __tablename__ = "data_export"
    __table_args__ = (sa.CheckConstraint("state in ('waiting','ready','failed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting")
    file: Mapped[str | None] = mapped_column(sa.String(80))
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class ErasureRequest(Model):
    """Somebody is to be erased when `due_at` comes; what they asked for themselves ends by login.

    `texts` is `keep` or `delete`; `successor_id` takes over what the site cannot be without.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (sa.CheckConstraint("texts in ('keep','delete')", name="texts"),)

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    texts: Mapped[str] = mapped_column(sa.String(6))
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MergedUser(Model):
    """An account that went into another one: its row keeps the handle, which leads there."""

    __tablename__ = "merged_user"

    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)


class Erasure(Model):
    """A tombstone: by `person_hash` a restored backup knows whom it has to erase again."""

    __tablename__ = "erasure"
    __table_args__ = (sa.CheckConstraint("texts in ('keep','delete')", name="texts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    texts: Mapped[str] = mapped_column(sa.String(6))
    rows: Mapped[dict[str, int]] = mapped_column(JSONType, default=dict)
    erased_at: Mapped[datetime] = mapped_column(UTCDateTime)
