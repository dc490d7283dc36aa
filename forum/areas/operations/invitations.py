"""Links that let their holder join."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.vouchers import Voucher
from forum.areas import rules
from forum.areas.events import InvitationMade, InvitationRevoked
from forum.areas.grants import Seat, find_role, lock_people
from forum.areas.links import InvitationGone, hash_token, is_backed, is_usable, takes_members
from forum.areas.models import Area, Grant, Invitation
from forum.areas.operations.membership import become_member, tell_joined
from forum.areas.scope import RANK, Role, Scope
from forum.core import audit, clock, events
from forum.core.database import db, unscoped
from forum.core.errors import Denied, Gone, Invalid, NotFound
from forum.core.wall import Viewer
from forum.web.i18n import gettext as _

MOST_USES = 1_000
LONGEST_DAYS = 90


def invite(
    scope: Scope,
    *,
    role: Role = "member",
    email: str | None = None,
    max_uses: int = 1,
    days: int = 14,
) -> str:
    """Make a link; return its token, which is kept nowhere.

    With `email` only the member with this confirmed address can use it, once.

    Errors: raises Denied without the right to give this role, Invalid for bounds that do not hold.
    """
    rules.require(scope, "invite")
    if not rules.can_give_role(scope, role):
        raise Denied(_("Diese Rolle kannst du nicht vergeben."))
    if not 1 <= max_uses <= MOST_USES:
        raise Invalid("max_uses", _("Zwischen 1 und %(most)s.", most=MOST_USES))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("days", _("Zwischen 1 und %(most)s Tagen.", most=LONGEST_DAYS))
    token = secrets.token_urlsafe(24)
    now = clock.now()
    row = Invitation(
        area_id=scope.area.id,
        token_hash=hash_token(token),
        role=role,
        email=email.strip().lower() if email else None,
        max_uses=1 if email else max_uses,
        created_by_id=scope.user_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    events.append(
        InvitationMade(area_id=scope.area.id, actor_id=scope.user_id, invitation_id=row.id)
    )
    audit.record(
        "areas.invite",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"invitation:{row.id}",
        role=role,
        uses=row.max_uses,
    )
    return token


def revoke_invitation(scope: Scope, invitation_id: int) -> None:
    """Let a link no longer work. Errors: raises Denied without the role, NotFound for no link."""
    rules.require(scope, "invite")
    revoked = db.session.scalar(
        sa.update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.area_id == scope.area.id,
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if revoked is None:
        raise NotFound
    events.append(
        InvitationRevoked(
            area_id=scope.area.id, actor_id=scope.user_id, invitation_id=invitation_id
        )
    )
    audit.record(
        "areas.revoke_invitation",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"invitation:{invitation_id}",
    )


def redeem_invitation(viewer: Viewer, token: str, *, email: str | None = None) -> str:
    """Make the viewer a member by a link; return the area's address.

    `email` is the viewer's confirmed address. Who belongs already uses nothing up.

    Errors: raises Gone when the link does not work (any more), Denied when it is for another
        address or nobody is signed in.
    """
    if viewer.user_id is None:
        raise Denied(_("Bitte melde dich an."))
    with unscoped("areas: the holder of a link joins what is hidden from others") as session:
        row = _find(session, token)
        seat = Seat(row.area_id, viewer.user_id)
        lock_people(session, seat)
        held = find_role(session, seat)
        if held is not None and RANK[held] >= RANK[row.role]:
            return str(row.slug)
        if row.email is not None and row.email != (email or "").strip().lower():
            raise Denied(_("Diese Einladung gilt für eine andere E-Mail-Adresse."))
        if not is_backed(session, row):
            raise InvitationGone
        _use(session, token)
        _drop_lesser(session, seat)
        become_member(
            session,
            seat,
            source="invitation",
            role=row.role,
            granted_by=row.created_by_id,
        )
    tell_joined(row.area_id, viewer.user_id, source="invitation", actor_id=viewer.user_id)
    return str(row.slug)


def _find(session: Session, token: str) -> Any:
    link = Invitation
    row = session.execute(
        sa.select(link.area_id, link.email, link.role, link.created_by_id, Area.slug)
        .join(Area, Area.id == link.area_id)
        .where(link.token_hash == hash_token(token), takes_members())
    ).one_or_none()
    if row is None:
        raise InvitationGone
    return row


def _use(session: Session, token: str) -> None:
    """Count one use; of many at the same time no more succeed than the link allows."""
    used = session.scalar(
        sa.update(Invitation)
        .where(is_usable(token))
        .values(uses=Invitation.uses + 1)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise InvitationGone


def _drop_lesser(session: Session, seat: Seat) -> None:
    """Make room for the role of the link: there is one grant from links, the latest."""
    session.execute(
        sa.delete(Grant)
        .where(
            Grant.area_id == seat.area_id,
            Grant.user_id == seat.user_id,
            Grant.source == "invitation",
        )
        .execution_options(synchronize_session=False)
    )


class AreaVouchers:
    """Lets who is not a member of the site yet register by an area's link (`VoucherSource`)."""

    def find(self, token: str) -> Voucher | None:
        """Return what the link offers while it works."""
        with unscoped("areas: a stranger's link says where it leads") as session:
            row = session.execute(
                sa.select(
                    Invitation.email,
                    Invitation.area_id,
                    Invitation.role,
                    Invitation.created_by_id,
                    Area.name,
                    Area.slug,
                )
                .join(Area, Area.id == Invitation.area_id)
                .where(is_usable(token), takes_members())
            ).one_or_none()
            if row is None or not is_backed(session, row):
                return None
        return Voucher(
            token,
            email=row.email,
            into=row.name,
            leads_to=f"/a/{row.slug}/",
            for_members=f"/join/{token}",
        )

    def redeem(self, token: str, *, user_id: int, email: str) -> bool:
        """Make the new member one of the area; False for another's or a used-up link."""
        try:
            redeem_invitation(Viewer(user_id), token, email=email)
        except (Gone, Denied):
            return False
        return True
