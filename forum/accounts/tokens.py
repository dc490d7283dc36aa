"""Random tokens: what a browser or a mail carries, and the hash of it that the database keeps."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from forum.core.config import current_config

LONGEST = 100


def new_token() -> tuple[str, str]:
    """Return a fresh token and its hash.

    Units: 256 bits from the system, so a plain SHA-256 of it cannot be searched.
    """
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> str:
    """Return the hash under which a token is kept; whatever a stranger sends is cut first."""
    return hashlib.sha256(token[:LONGEST].encode("utf-8", "replace")).hexdigest()


def setup_token() -> str:
    """Return the token of the set-up link.

    It follows from the secret key: every process knows it, nothing is stored, and it is worth
    nothing as soon as there is an operator.
    """
    key = current_config().secret_key.get_secret_value().encode()
    return hmac.new(key, b"forum set-up", hashlib.sha256).hexdigest()[:40]


def is_setup_token(token: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(setup_token().encode(), token.encode("utf-8", "replace"))
