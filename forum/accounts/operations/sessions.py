"""Open, extend and end sessions. The browser holds the token, we its hash."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.accounts.models import LoginSession, User
from forum.accounts.tokens import new_token
from forum.core import clock, limits
from forum.core.database import db, require_row
from forum.core.errors import Denied

LIFETIME: Final = timedelta(days=180)
AT_MOST: Final = 30


def open_session(user_id: int, *, proven_by: str | None, user_agent: str, address: str) -> str:
    """Write a session and return its token.

    `proven_by` is the password hash that was verified, None when a mail link proved the person.
    Errors: Denied when the member may not sign in, or the password has changed since.
    """
    fits = sa.select(User.id).where(User.id == user_id, User.state == "active")
    if proven_by is not None:
        fits = fits.where(User.password_hash == proven_by)
    if db.session.scalar(fits.with_for_update()) is None:
        raise Denied
    now = clock.now()
    token, token_hash = new_token()
    _drop_oldest(user_id)
    db.session.add(
        LoginSession(
            user_id=user_id,
            token_hash=token_hash,
            user_agent=_printable(user_agent)[: limits.USER_AGENT],
            address=address[:45],
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
        )
    )
    db.session.flush()
    return token


def close_session(token_hash: str) -> None:
    """End the session with this token, if there is one."""
    db.session.execute(sa.delete(LoginSession).where(LoginSession.token_hash == token_hash))


def end_session(user_id: int, session_id: int) -> None:
    """End one of the member's own sessions.

    Errors: Conflict when there is no such session (any more).
    """
    require_row(
        db.session.execute(
            sa.delete(LoginSession).where(
                LoginSession.id == session_id, LoginSession.user_id == user_id
            )
        )
    )


def close_other_sessions(user_id: int, *, keep: int | None) -> None:
    """End all sessions of a member but one."""
    gone = sa.delete(LoginSession).where(LoginSession.user_id == user_id)
    if keep is not None:
        gone = gone.where(LoginSession.id != keep)
    db.session.execute(gone)


def touch_session(session_id: int, user_id: int) -> None:
    """Note that the member was here; called after a response, at most once a minute."""
    now = clock.now()
    db.session.execute(
        sa.update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )
    db.session.execute(sa.update(User).where(User.id == user_id).values(last_seen_at=now))


def _drop_oldest(user_id: int) -> None:
    surplus = (
        sa.select(LoginSession.id)
        .where(LoginSession.user_id == user_id)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
        .offset(AT_MOST - 1)
    )
    found = [*db.session.scalars(surplus)]
    if found:
        db.session.execute(sa.delete(LoginSession).where(LoginSession.id.in_(found)))


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
