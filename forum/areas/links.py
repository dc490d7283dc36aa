"""The tokens of invitations: what is kept of them, whether one works and whose word it is."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.grants import Seat, find_effective_role
from forum.areas.models import Area, Invitation
from forum.areas.scope import RANK
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


def takes_members() -> sa.ColumnElement[bool]:
    """Return the condition that an area still lets people in: not archived, not over."""
    lasts = sa.or_(Area.ends_at.is_(None), Area.ends_at > clock.now())
    return sa.and_(Area.archived_at.is_(None), lasts)


def is_backed(session: Session, link: Any) -> bool:
    """Tell whether who made a link could give its role today: links go with the role they rest on.

    However it was lost: taken, ended by the clock, stopped by a seal, gone with the account.
    Shapes: `link` has `area_id`, `role` and `created_by_id`; what the system made stands.
    Cost: one statement.
    """
    if link.created_by_id is None:
        return True
    held = find_effective_role(session, Seat(link.area_id, link.created_by_id))
    least = "editor" if link.role == "member" else "admin"
    return held is not None and RANK[held] >= max(RANK[least], RANK[link.role])
