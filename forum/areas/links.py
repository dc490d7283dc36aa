"""The tokens of invitations: what is kept of them, and whether one works."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from forum.areas.models import Invitation
from forum.core import clock
from forum.core.errors import Gone
from forum.web.i18n import gettext as _


class InvitationGone(Gone):
    """The link does not work, or no longer."""

    def __init__(self) -> None:
        super().__init__(_("Diese Einladung gilt nicht mehr. Bitte um eine neue."))


def hash_token(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_usable(token: str) -> sa.ColumnElement[bool]:
    """Return the condition that an invitation is the token's and works."""
    return sa.and_(
        Invitation.token_hash == hash_token(token),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
        Invitation.uses < Invitation.max_uses,
    )
