"""Mail tokens: given out for one purpose, person and address; looked at by GET, used up by POST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.accounts.models import MailToken
from forum.accounts.tokens import hash_token, new_token
from forum.core import clock
from forum.core.database import db, require_row
from forum.core.errors import Conflict, Gone
from forum.web.i18n import gettext as _

Purpose = Literal["register", "reset", "address"]
VALID: Final[Mapping[Purpose, timedelta]] = {
    "register": timedelta(hours=48),
    "reset": timedelta(hours=2),
    "address": timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for."""

    id: int
    user_id: int | None
    email: str
    details: Mapping[str, Any]


def issue_token(purpose: Purpose, email: str, *, user_id: int | None = None, **details: Any) -> str:
    """Write a token and return it; a person's earlier ones for the same purpose end."""
    if user_id is not None:
        drop_tokens(user_id, purpose)
    now = clock.now()
    token, token_hash = new_token()
    db.session.add(
        MailToken(
            purpose=purpose,
            email=email,
            user_id=user_id,
            token_hash=token_hash,
            details=details,
            created_at=now,
            expires_at=now + VALID[purpose],
        )
    )
    db.session.flush()
    return token


def peek_token(purpose: Purpose, token: str) -> Grant:
    """Return what a token stands for and leave it valid: for the page that asks to confirm.

    Errors: Gone when it was never given for this purpose, has expired or is used up.
    """
    row = db.session.execute(
        sa.select(MailToken.id, MailToken.user_id, MailToken.email, MailToken.details).where(
            *_valid(purpose, token)
        )
    ).first()
    if row is None:
        raise _gone()
    return Grant(row.id, row.user_id, row.email, row.details)


def use_token(purpose: Purpose, token: str) -> Grant:
    """Use a token up and return what it stood for; of several at once one succeeds.

    Errors: Gone as with `peek_token`.
    """
    grant = peek_token(purpose, token)
    used = (
        sa.update(MailToken)
        .where(MailToken.id == grant.id, MailToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    try:
        require_row(db.session.execute(used))
    except Conflict:
        raise _gone() from None
    return grant


def drop_tokens(user_id: int, *purposes: Purpose) -> None:
    """End a person's unused tokens for these purposes."""
    db.session.execute(
        sa.delete(MailToken).where(
            MailToken.user_id == user_id,
            MailToken.purpose.in_(purposes),
            MailToken.used_at.is_(None),
        )
    )


def _valid(purpose: Purpose, token: str) -> list[sa.ColumnElement[bool]]:
    return [
        MailToken.token_hash == hash_token(token),
        MailToken.purpose == purpose,
        MailToken.used_at.is_(None),
        MailToken.expires_at > clock.now(),
    ]


def _gone() -> Gone:
    return Gone(_("Dieser Link gilt nicht mehr. Du kannst dir einen neuen schicken lassen."))
