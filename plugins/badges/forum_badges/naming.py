"""How issuers and links are named outside, and what is kept of a link."""

from __future__ import annotations

from forum.api.data import keyed_digest
from forum_badges.models import Issuer


def tell_did(issuer: Issuer) -> str:
    """Return the name of an issuer: its document stands below the site's address."""
    host = issuer.base.partition("://")[2].replace(":", "%3A").replace("/", ":")
    return f"did:web:{host}:badges:issuers:{issuer.id}"


def hash_token(token: str) -> str:
    """Return what is kept of a token."""
    return keyed_digest("badges: links", token)
