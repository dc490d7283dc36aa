"""Links in mails that end digests: signed for one member, good for nothing else, without an end."""

from __future__ import annotations

import hmac
from typing import Final

from forum.api.data import keyed_digest

_PURPOSE: Final = "digest.stop"
_MAC: Final = 40


def make_stop_path(user_id: int) -> str:
    """Return the path of the page on which a member ends digests without logging in."""
    return f"/digest/stop/{user_id}.{_sign(user_id)}"


def read_stop_token(token: str) -> int | None:
    """Return whose digests a link may end, None when it was changed or is none of ours."""
    told, _dot, mac = token.partition(".")
    if len(token) > 80 or not token.isascii() or not told.isdigit():
        return None
    return int(told) if hmac.compare_digest(_sign(int(told)), mac) else None


def name_address(email: str) -> str:
    """Return what an address is known by where it is not to be kept."""
    return keyed_digest("digest.address", email.strip().lower())


def _sign(user_id: int) -> str:
    return keyed_digest(_PURPOSE, str(user_id))[:_MAC]
