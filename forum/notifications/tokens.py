"""The signed words in a mail's links that end mail without a login. They hold ids only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer

from forum.core.config import current_config
from forum.notifications.notices import list_mailed_kinds

LONGEST: Final = 1_000
_PURPOSE: Final = "notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Whose mail about what a link may end; no topic when the mail was about an area."""

    user_id: int
    topic_id: int | None
    kinds: tuple[str, ...]


def make_token(user_id: int, *, topic_id: int | None, kinds: Collection[str]) -> str:
    """Return the token of a mail. It never expires: who wants out, gets out.

    Of very many kinds it names as many as an address can hold.
    """
    named = sorted(kinds)
    token = _signer().dumps([user_id, topic_id, *named])
    while len(token) > LONGEST:
        named.pop()
        token = _signer().dumps([user_id, topic_id, *named])
    return token


def read_token(token: str) -> Unsubscription | None:
    """Return what a token allows, None when it is none of ours."""
    if len(token) > LONGEST:
        return None
    try:
        user_id, topic_id, *kinds = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    known = list_mailed_kinds()
    return Unsubscription(user_id, topic_id, tuple(kind for kind in kinds if kind in known))


def _signer() -> URLSafeSerializer:
    key = current_config().secret_key.get_secret_value()
    return URLSafeSerializer(key, salt=_PURPOSE)
