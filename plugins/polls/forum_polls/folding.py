"""Answers as text: how they are shown, and when two of them are the same answer."""

from __future__ import annotations

import unicodedata
from typing import Final

_SPELT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Signs that take room and show nothing; whatever else shows nothing is of category Cf.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Emoji of families and flags, and some scripts, need the joiners inside a word.
_JOINERS: Final = frozenset("\u200c\u200d")


def clean_answer(text: str) -> str:
    """Bring an answer into one trimmed line without signs that nobody sees or that turn text.

    An answer that shows nothing at all becomes the empty text.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(sign for sign in composed if sign.isspace() or not _is_unseen(sign))
    return " ".join(kept.split()) if fold_answer(kept) else ""


def fold_answer(text: str) -> str:
    """Reduce an answer to what makes it the same as another one.

    Case, width and composition of signs, umlauts spelt out, spaces and unseen signs make no
    difference: "Lastenräder" = " LASTENRAEDER".
    Source: Unicode Standard Annex 15 and section 3.13 of the core specification (NFKC_Casefold).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = (sign for sign in folded if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join("".join(sign for sign in kept if sign not in _BLANK).translate(_SPELT).split())


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "C" and sign not in _JOINERS
