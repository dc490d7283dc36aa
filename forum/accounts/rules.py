"""Who may do what with accounts."""

from __future__ import annotations

from forum.accounts.vouchers import Voucher
from forum.core.config import current_config
from forum.core.errors import Gone
from forum.web.i18n import gettext as _


def can_register(voucher: Voucher | None) -> bool:
    """Tell whether a stranger with this link, or without one, may register."""
    return voucher is not None or current_config().registration == "open"


def require_admission(voucher: Voucher | None, email: str) -> None:
    """Refuse who has neither an open door nor an invitation that fits the address.

    Errors: Gone: the link was good once or for somebody else.
    """
    if not can_register(voucher):
        raise Gone(_("Diese Einladung gilt nicht mehr. Bitte um eine neue."))
    if voucher is not None and voucher.email not in (None, email):
        raise Gone(_("Diese Einladung ist für eine andere Adresse."))
