"""Invitation links to the site: make them, send them, take them back, use them up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.accounts.addresses import clean_address
from forum.accounts.letters import send_letter, token_link
from forum.accounts.models import SiteInvitation, User
from forum.accounts.tokens import hash_token, new_token
from forum.accounts.vouchers import Voucher
from forum.core import audit, clock
from forum.core.database import db, require_row
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _

MOST_USES: Final = 1_000
LONGEST: Final = timedelta(days=365)


def create_invitation(actor_id: int | None, *, max_uses: int = 1, valid: timedelta) -> str:
    """Write an invitation for whoever holds the link and return its token, shown this once.

    Errors: Invalid for a number or time out of bounds.
    """
    return _write(actor_id, email=None, max_uses=max_uses, valid=valid)


def invite_by_mail(actor_id: int | None, address: str, *, language: str, valid: timedelta) -> None:
    """Send an invitation to one address; the link goes there and nowhere else.

    Errors: Invalid when it is no address or somebody with it is here already.
    """
    email = clean_address(address)
    known = sa.select(User.id).where(User.email == email)
    if db.session.scalar(known) is not None:
        raise Invalid("email", _("Wer diese Adresse hat, ist schon Mitglied."))
    token = _write(actor_id, email=email, max_uses=1, valid=valid)
    name = db.session.scalar(sa.select(User.name).where(User.id == actor_id))
    link = token_link("accounts.accept_invitation", token)
    until = clock.now() + valid
    send_letter("invitation", email, language=language, inviter=name or "", link=link, until=until)


def revoke_invitation(actor_id: int, invitation_id: int) -> None:
    """Make a link worthless from now on.

    Errors: Conflict when it was revoked already.
    """
    revoked = (
        sa.update(SiteInvitation)
        .where(SiteInvitation.id == invitation_id, SiteInvitation.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    require_row(db.session.execute(revoked))
    audit.record("accounts.revoke_invitation", actor_id, subject=f"invitation:{invitation_id}")


class SiteVouchers:
    """The site's own invitations as vouchers."""

    def find(self, token: str) -> Voucher | None:
        """Return what a valid link offers."""
        row = db.session.execute(
            sa.select(SiteInvitation.email).where(*_usable(token))
        ).one_or_none()
        return Voucher(token, email=row.email, proves=row.email is not None) if row else None

    def redeem(self, token: str, *, user_id: int, email: str) -> bool:
        """Count one use, unless the last one is gone: the condition decides races."""
        used = (
            sa.update(SiteInvitation)
            .where(*_usable(token))
            .values(uses=SiteInvitation.uses + 1)
            .execution_options(synchronize_session=False)
        )
        return bool(db.session.execute(used).rowcount)  # type: ignore[attr-defined]


def _write(actor_id: int | None, *, email: str | None, max_uses: int, valid: timedelta) -> str:
    if not 1 <= max_uses <= MOST_USES:
        raise Invalid("max_uses", _("Bitte nenne eine Zahl von 1 bis %(num)s.", num=MOST_USES))
    if not timedelta(0) < valid <= LONGEST:
        raise Invalid("days", _("Ein Link kann höchstens ein Jahr gelten."))
    now = clock.now()
    token, token_hash = new_token()
    invitation = SiteInvitation(
        token_hash=token_hash,
        email=email,
        max_uses=max_uses,
        created_by_id=actor_id,
        created_at=now,
        expires_at=now + valid,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(
        "accounts.create_invitation",
        actor_id,
        subject=f"invitation:{invitation.id}",
        max_uses=max_uses,
    )
    return token


def _usable(token: str) -> list[sa.ColumnElement[bool]]:
    return [
        SiteInvitation.token_hash == hash_token(token),
        SiteInvitation.revoked_at.is_(None),
        SiteInvitation.expires_at > clock.now(),
        SiteInvitation.uses < SiteInvitation.max_uses,
    ]
