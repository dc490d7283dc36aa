"""The readable part of a topic's address."""

from __future__ import annotations

import re
import unicodedata

from forum.core import limits

_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "æ": "ae", "ø": "o", "ł": "l", "ı": "i"}
)
_OTHER = re.compile(r"[^a-z0-9]+")


def make_slug(title: str) -> str:
    """Fold a title to lower-case ASCII words with hyphens; "" when nothing is left."""
    text = unicodedata.normalize("NFC", title).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", plain).strip("-")
    if len(slug) <= limits.SLUG:
        return slug
    return slug[: limits.SLUG].rsplit("-", 1)[0].strip("-") or slug[: limits.SLUG]
