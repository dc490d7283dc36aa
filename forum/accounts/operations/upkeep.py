"""Forget what has no further use: expired sessions, tokens and invitations."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.accounts.models import AccessToken, LoginSession, MailToken, SiteInvitation
from forum.core import clock
from forum.core.database import db

INVITATIONS_KEPT: Final = timedelta(days=90)
TOKENS_KEPT: Final = timedelta(days=90)


def forget_expired() -> None:
    """Delete what expired; used tokens and old invitations hold addresses nobody needs."""
    now = clock.now()
    for gone in (
        sa.delete(LoginSession).where(LoginSession.expires_at <= now),
        sa.delete(MailToken).where(MailToken.expires_at <= now),
        sa.delete(AccessToken).where(AccessToken.expires_at <= now - TOKENS_KEPT),
        sa.delete(AccessToken).where(AccessToken.revoked_at <= now - TOKENS_KEPT),
        sa.delete(SiteInvitation).where(SiteInvitation.expires_at <= now - INVITATIONS_KEPT),
    ):
        db.session.execute(gone.execution_options(synchronize_session=False))
