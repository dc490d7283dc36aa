"""Vouchers: links that let a stranger register. Other features add kinds of their own.

An area's invitation is one too: it admits to the site and makes its holder a member there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

from flask import Flask

from forum.core.services import service


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a valid link offers.

    With `email` it fits no other address; with `proves` it was sent there and shown to nobody
    else, so whoever holds it has the mailbox. `into` names what its holder will belong to,
    `leads_to` is the page after joining, `for_members` where the link leads who is one already.
    """

    token: str
    email: str | None = None
    proves: bool = False
    into: str = ""
    leads_to: str = "/"
    for_members: str = "/"


class VoucherSource(Protocol):
    """A kind of invitation link."""

    def find(self, token: str) -> Voucher | None:
        """Return what the link offers while it is valid; must not change anything."""

    def redeem(self, token: str, *, user_id: int, email: str) -> bool:
        """Use the link up once for this new member; False when it does not hold (any more).

        Called in the transaction that creates the member; must hold against parallel calls.
        """


def add_voucher_source(app: Flask, source: VoucherSource) -> None:
    """Let links of another kind admit people; called while the app is wired."""
    _sources(app).append(source)


def find_voucher(token: str) -> Voucher | None:
    """Return what a link offers, None when no kind knows it (any more)."""
    if not token:
        return None
    found = (source.find(token) for source in _known())
    return next((voucher for voucher in found if voucher is not None), None)


def redeem_voucher(voucher: Voucher, *, user_id: int, email: str) -> bool:
    """Use the link up for a new member; False when somebody else took its last use."""
    return any(
        source.redeem(voucher.token, user_id=user_id, email=email)
        for source in _known()
        if source.find(voucher.token) is not None
    )


def _known() -> list[VoucherSource]:
    return cast(list[VoucherSource], service("vouchers"))


def _sources(app: Flask) -> list[VoucherSource]:
    return cast(list[VoucherSource], app.extensions["forum"].setdefault("vouchers", []))
