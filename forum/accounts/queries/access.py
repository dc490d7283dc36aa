"""What proves a person and where they are signed in: for the person alone, and for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from forum.accounts.models import (
    AccessToken,
    FeedKey,
    LoginSession,
    SiteInvitation,
    SiteRole,
    User,
)
from forum.accounts.tokens import hash_token
from forum.core import clock
from forum.core.database import db
from forum.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    user_id: int
    password_hash: str | None
    state: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser as its owner sees it."""

    id: int
    user_agent: str
    address: str
    since: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class AccessTokenRow:
    """An access token as its owner sees it; the token itself is known to its holder only."""

    id: int
    name: str
    scopes: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def is_usable(self) -> bool:
        """Whether a program may still come in by it."""
        return self.revoked_at is None and self.expires_at > clock.now()


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as operators see it; the link itself is known to its holder only."""

    id: int
    email: str | None
    uses: int
    max_uses: int
    created_by_id: int | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def is_usable(self) -> bool:
        """Whether somebody may still come in by it."""
        return (
            self.revoked_at is None and self.uses < self.max_uses and self.expires_at > clock.now()
        )


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Whose feed reader asks, and the language and time zone it is answered in."""

    user_id: int
    language: str
    timezone: str


_FEED_READER = (
    sa.select(User.id, User.language, User.timezone)
    .join(FeedKey, FeedKey.user_id == User.id)
    .where(FeedKey.key_hash == sa.bindparam("key_hash"), User.state == "active")
)


def find_feed_reader(key: str) -> FeedReader | None:
    """Return the member whose key this is; None when it is nobody's any more."""
    row = db.session.execute(_FEED_READER, {"key_hash": hash_token(key)}).one_or_none()
    return FeedReader(*row) if row is not None else None


def find_feed_key_date(user_id: int) -> datetime | None:
    """Return since when the member has a key for feed readers; None without one."""
    found: datetime | None = db.session.scalar(
        sa.select(FeedKey.created_at).where(FeedKey.user_id == user_id)
    )
    return found


def find_credentials(email: str) -> Credentials | None:
    """Return what proves the person with this (clean) address, who is not erased."""
    return _credentials(User.email == email)


def find_credentials_of(user_id: int) -> Credentials | None:
    """Return what proves this person."""
    return _credentials(User.id == user_id)


def list_sessions(user_id: int) -> list[SessionRow]:
    """Return where the member is signed in, latest first."""
    rows = db.session.execute(
        sa.select(
            LoginSession.id,
            LoginSession.user_agent,
            LoginSession.address,
            LoginSession.created_at,
            LoginSession.last_seen_at,
        )
        .where(LoginSession.user_id == user_id, LoginSession.expires_at > clock.now())
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


def list_access_tokens(user_id: int, *, limit: int = 100) -> list[AccessTokenRow]:
    """Return the member's latest access tokens, also those that ended in the last months."""
    columns = [getattr(AccessToken, name) for name in AccessTokenRow.__slots__]
    found = sa.select(*columns).where(AccessToken.user_id == user_id)
    rows = db.session.execute(found.order_by(AccessToken.id.desc()).limit(limit))
    return [AccessTokenRow(*row) for row in rows]


def list_invitations(*, limit: int = 100) -> list[InvitationRow]:
    """Return the latest invitations."""
    found = sa.select(
        SiteInvitation.id,
        SiteInvitation.email,
        SiteInvitation.uses,
        SiteInvitation.max_uses,
        SiteInvitation.created_by_id,
        SiteInvitation.created_at,
        SiteInvitation.expires_at,
        SiteInvitation.revoked_at,
    ).order_by(SiteInvitation.id.desc())
    return [InvitationRow(*row) for row in db.session.execute(found.limit(limit))]


def has_operator() -> bool:
    """Tell whether the site has been set up."""
    held = sa.select(SiteRole.user_id).where(SiteRole.role == "operator").limit(1)
    return db.session.scalar(held) is not None


def list_site_duties(user_id: int) -> list[str]:
    """Return what of running the site rests on this person alone. Cost: one statement."""
    running = (
        sa.select(SiteRole.user_id)
        .join(User, User.id == SiteRole.user_id)
        .where(SiteRole.role == "operator", User.state == "active")
        .limit(2)
    )
    alone = db.session.scalars(running).all() == [user_id]
    return [_("Betrieb der Seite")] if alone else []


def _credentials(condition: sa.ColumnElement[bool]) -> Credentials | None:
    row: Any = db.session.execute(
        sa.select(User.id, User.password_hash, User.state).where(
            condition, User.state.in_(("active", "suspended"))
        )
    ).one_or_none()
    return Credentials(*row) if row else None
