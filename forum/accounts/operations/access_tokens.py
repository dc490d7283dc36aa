"""Access tokens: keys that members give to programs, shown once, kept as hashes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final, Literal

import sqlalchemy as sa

from forum.accounts.models import AccessToken, User
from forum.accounts.settings import DAYS, DAYS_AT_MOST
from forum.accounts.tokens import hash_token, new_token
from forum.core import audit, clock, limits
from forum.core.database import db, require_row
from forum.core.errors import Conflict, Invalid, NotFound
from forum.web.forms import one_line
from forum.web.i18n import gettext as _

TokenScope = Literal["read", "write"]
PREFIX: Final = "forum_"
"""Stands before the random part, so that scanners of leaked files know what they have found."""
AT_MOST: Final = 20


def make_access_token(
    user_id: int,
    *,
    name: str,
    scopes: Collection[TokenScope],
    days: int = DAYS,
    by: int | None = None,
    proven_by: str | None = None,
) -> str:
    """Write a token and return it: this is the only time that anybody sees it.

    `by` is who makes it, None for the command line; `proven_by` the password hash that was
    verified.
    Errors: Invalid at `name`, `scopes` or `days`; NotFound unless the member is active and the
        password still the same; Conflict when there are too many.
    """
    name = _check_name(name)
    if not scopes:
        raise Invalid("scopes", _("Bitte wähle, was das Programm darf."))
    if not 1 <= days <= DAYS_AT_MOST:
        raise Invalid("days", _("Möglich sind 1 bis %(most)s Tage.", most=DAYS_AT_MOST))
    _hold_member(user_id, proven_by)
    now = clock.now()
    if _count_usable(user_id) >= AT_MOST:
        raise Conflict(
            _("Mehr als %(most)s Zugänge gehen nicht. Widerrufe einen alten.", most=AT_MOST)
        )
    secret, _hash = new_token()
    token = PREFIX + secret
    row = AccessToken(
        user_id=user_id,
        token_hash=hash_token(token),
        name=name,
        scopes=" ".join(sorted(set(scopes))),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "accounts.make_access_token",
        by,
        subject=f"user:{user_id}",
        token_id=row.id,
        scopes=row.scopes,
    )
    return token


def revoke_access_token(user_id: int, token_id: int, *, by: int | None = None) -> None:
    """End one of the member's tokens at once.

    Errors: Conflict when there is no such token (any more).
    """
    require_row(
        db.session.execute(
            sa.update(AccessToken)
            .where(
                AccessToken.id == token_id,
                AccessToken.user_id == user_id,
                AccessToken.revoked_at.is_(None),
            )
            .values(revoked_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    )
    audit.record("accounts.revoke_access_token", by, subject=f"user:{user_id}", token_id=token_id)


def end_access_tokens(user_id: int) -> None:
    """End all tokens of a member; what made them end is audited by the caller."""
    db.session.execute(
        sa.update(AccessToken)
        .where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def touch_access_token(token_id: int) -> None:
    """Note that a token was used; called after a response, at most once a minute."""
    db.session.execute(
        sa.update(AccessToken).where(AccessToken.id == token_id).values(last_used_at=clock.now())
    )


def _check_name(name: str) -> str:
    tidy = one_line(name) or ""
    if not tidy:
        raise Invalid("name", _("Schreib dazu, wofür der Zugang ist."))
    if len(tidy) > limits.LABEL:
        raise Invalid("name", _("Höchstens %(most)s Zeichen.", most=limits.LABEL))
    return tidy


def _hold_member(user_id: int, proven_by: str | None) -> None:
    """Hold the row until the commit: a password that changes meanwhile ends this token too."""
    active = sa.select(User.id).where(User.id == user_id, User.state == "active")
    if proven_by is not None:
        active = active.where(User.password_hash == proven_by)
    if db.session.scalar(active.with_for_update()) is None:
        raise NotFound(_("Dieses Konto ist nicht aktiv, oder das Passwort hat sich geändert."))


def _count_usable(user_id: int) -> int:
    usable = sa.select(sa.func.count()).where(
        AccessToken.user_id == user_id,
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > clock.now(),
    )
    return int(db.session.scalar(usable) or 0)
