"""Invitations into an area as vouchers: a newcomer with such a link may register and joins it."""

from __future__ import annotations

from forum.accounts.vouchers import Voucher
from forum.areas.operations.invitations import get_invited, redeem_invitation
from forum.core.errors import Denied, Gone
from forum.core.wall import Viewer


class AreaVouchers:
    """The source that `forum.app` hands to accounts."""

    def find(self, token: str) -> Voucher | None:
        """Return what a valid link offers."""
        try:
            invited = get_invited(token)
        except Gone:
            return None
        home = f"/a/{invited.slug}/"
        return Voucher(token, into=invited.name, leads_to=home, for_members=home)

    def redeem(self, token: str, *, user_id: int, email: str) -> bool:
        """Make the new member one of the area; False for another's or a used-up link."""
        try:
            redeem_invitation(Viewer(user_id), token, email=email)
        except (Gone, Denied):
            return False
        return True
