"""Mail addresses: one spelling per mailbox, and none of the forms that parsers disagree about."""

from __future__ import annotations

import re
import unicodedata

from forum.core import limits
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _

# Plain dot-atoms only. RFC 5321 allows more (quotes, comments, percent and bang routes, encoded
# words), and every one of them has been used to make two programs see two different domains.
_LOCAL = re.compile(r"[a-z0-9_+&'~^-]+(\.[a-z0-9_+&'~^-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_LOCAL_LONGEST = 64
# IDNA 2003 and 2008 send these to different domains, so they are refused rather than guessed.
_AMBIGUOUS = frozenset("ßς")


def clean_address(raw: str, *, field: str = "email") -> str:
    """Return the address in the one spelling we store: lower case, domain in ASCII.

    Errors: Invalid at `field` for whatever is no plain address.
    Source: RFC 5321 section 4.5.3.1 (lengths), RFC 5891 (domains).
    """
    cleaned = find_address(raw)
    if cleaned is None:
        raise Invalid(field, _("Das ist keine E-Mail-Adresse, wie wir sie annehmen."))
    return cleaned


def find_address(raw: str) -> str | None:
    """Return the address in its one spelling, None when it is none we accept."""
    text = raw.strip().lower()
    if len(text) > limits.EMAIL or text.count("@") != 1:
        return None
    local, domain = text.split("@")
    if len(local) > _LOCAL_LONGEST or not _LOCAL.fullmatch(local):
        return None
    ascii_domain = _ascii(domain)
    if ascii_domain is None or len(local) + 1 + len(ascii_domain) > limits.EMAIL:
        return None
    return f"{local}@{ascii_domain}"


def _ascii(domain: str) -> str | None:
    # What the coding would silently fold or drop (full-width dots, zero-width signs) is refused.
    folds = unicodedata.normalize("NFKC", domain) != domain
    if folds or _AMBIGUOUS & set(domain) or not all(_is_plain(sign) for sign in domain):
        return None
    try:
        coded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = coded.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return coded if _TOP.fullmatch(labels[-1]) else None


def _is_plain(sign: str) -> bool:
    return sign in ".-" or unicodedata.category(sign)[0] in "LNM"
