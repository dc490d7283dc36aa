"""The signed words in a mail's links that end mail without a login. They hold ids only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer

from forum.core.config import current_config
from forum.notifications.settings import MAILED

LONGEST: Final = 300
_PURPOSE: Final = "notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Whose mail about what a link may end."""

    user_id: int
    topic_id: int
    kinds: tuple[str, ...]


def make_token(user_id: int, *, topic_id: int, kinds: Collection[str]) -> str:
    """Return the token of a mail about a topic. It never expires: who wants out, gets out."""
    return _signer().dumps([user_id, topic_id, *sorted(kinds)])


def read_token(token: str) -> Unsubscription | None:
    """Return what a token allows, None when it is none of ours."""
    if len(token) > LONGEST:
        return None
    try:
        user_id, topic_id, *kinds = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Unsubscription(user_id, topic_id, tuple(kind for kind in kinds if kind in MAILED))


def _signer() -> URLSafeSerializer:
    key = current_config().secret_key.get_secret_value()
    return URLSafeSerializer(key, salt=_PURPOSE)
