"""Mail addresses: one spelling per mailbox, and none of the forms that parsers disagree about."""

from __future__ import annotations

import re

from forum.core import limits
from forum.core.errors import Invalid
from forum.core.hostnames import find_hostname
from forum.web.i18n import gettext as _

# Plain dot-atoms only. RFC 5321 allows more (quotes, comments, percent and bang routes, encoded
# words), and every one of them has been used to make two programs see two different domains.
_LOCAL = re.compile(r"[a-z0-9_+&'~^-]+(\.[a-z0-9_+&'~^-]+)*")
_LOCAL_LONGEST = 64


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
    ascii_domain = find_hostname(domain)
    if ascii_domain is None or len(local) + 1 + len(ascii_domain) > limits.EMAIL:
        return None
    return f"{local}@{ascii_domain}"
