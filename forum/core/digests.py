"""Keyed hashes: something to know a secret value again by, without keeping the value."""

from __future__ import annotations

import hashlib
import hmac

from forum.core.config import current_config


def keyed_digest(purpose: str, text: str) -> str:
    """Return a hash that only this site can make, of 64 hex digits; another for each purpose.

    It changes with the site's secret key: what was stored before is then not known again.
    """
    key = current_config().secret_key.get_secret_value().encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
