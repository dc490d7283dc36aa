"""Names of hosts: one spelling per host, and none of the forms that parsers disagree about."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# No numbers at the end: browsers read `127.1` and `1.0x7f` as addresses.
_TOP: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
# IDNA 2003 and 2008 send these to different hosts, so they are refused rather than guessed.
_AMBIGUOUS: Final = frozenset("ßς")


def find_hostname(name: str) -> str | None:
    """Return a name of at least two labels as it stands in the DNS, None for whatever is none.

    Shapes: lower case in ASCII; no port, no dot at the end, no address in numbers.
    Source: RFC 1123 section 2.1 (labels), RFC 5891 (other signs than ASCII).
    """
    lowered = name.lower()
    # What the coding would silently fold or drop (full-width dots, zero-width signs) is refused.
    folds = unicodedata.normalize("NFKC", lowered) != lowered
    if folds or _AMBIGUOUS & set(lowered) or not all(_is_plain(sign) for sign in lowered):
        return None
    try:
        coded = lowered.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = coded.split(".")
    if len(coded) > LONGEST or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return coded if _TOP.fullmatch(labels[-1]) else None


def _is_plain(sign: str) -> bool:
    return sign in ".-" or unicodedata.category(sign)[0] in "LNM"
