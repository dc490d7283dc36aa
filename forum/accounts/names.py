"""Names of people and the handles made of them: folded, unique, free of tricks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from forum.core import limits
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _

SHORTEST = 2
LONGEST = limits.HANDLE - 1
RESERVED = frozenset(
    "admin administrator all alle chapterhouse everyone forum help hilfe here ich me moderator "
    "new null postmaster root support system undefined webmaster".split()
)
_LETTERS = str.maketrans(
    {
        letter: plain
        for plain, letters in (
            ("a", "å"),
            ("ae", "äæ"),
            ("d", "đð"),
            ("h", "ħ"),
            ("i", "ı"),
            ("l", "ł"),
            ("o", "ø"),
            ("oe", "öœ"),
            ("ss", "ß"),
            ("th", "þ"),
            ("ue", "ü"),
        )
        for letter in letters
    }
)
_OTHER = re.compile(r"[^a-z0-9]+")
# Mail programs turn "x.evil.tld" and "www.x" into links all by themselves.
_LINKLIKE = re.compile(r"://|\bwww\.|\w{2,}\.[^\W\d_]{2,}", re.IGNORECASE)


def fold(text: str) -> str:
    """Fold to lower-case ASCII words: ä→ae, ß→ss, å→a, other marks dropped."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return _OTHER.sub(" ", plain).strip()


def name_key(name: str) -> str:
    """Return the form of a name that is searched and sorted by."""
    return fold(name)[: 2 * limits.NAME]


def clean_name(raw: str, *, field: str = "name") -> str:
    """Return a name in one line, without invisible or direction-changing characters.

    Errors: Invalid at `field` when nothing legible is left, it is too long or reads as a link.
    """
    name = _visible(raw)
    if not any(c.isalpha() for c in name):
        raise Invalid(field, _("Bitte gib einen Namen mit Buchstaben an."))
    if len(name) > limits.NAME:
        raise Invalid(field, _("Der Name ist zu lang."))
    if _LINKLIKE.search(name) or any(c in name for c in "<>@"):
        raise Invalid(field, _("Der Name darf nicht wie ein Link oder eine Adresse aussehen."))
    return name


def legible_name(raw: str) -> str:
    """Return the name of somebody from outside as well as it can be shown; never refuses."""
    name = _visible(raw).partition("@")[0].strip("<>\"' ")
    if _LINKLIKE.search(name):
        name = " ".join(re.split(r"[./:]+", name))
    name = name[: limits.NAME].strip()
    return name if any(c.isalpha() for c in name) else _("Unbekannt")


def _visible(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw)
    shown = "".join(c if c.isprintable() else " " for c in text if not _is_hidden(c))
    return " ".join(shown.split())


def _is_hidden(char: str) -> bool:
    # Cf holds zero-width and direction marks; U+3164 and U+115F/1160 are letters that show nothing.
    return unicodedata.category(char) in ("Cf", "Co", "Cn") or char in "\u3164\u115f\u1160"


def make_handle(name: str, taken: Container[str]) -> str:
    """Return the handle for a name that is neither taken nor reserved.

    Shapes: [a-z0-9-], 2 to 39 characters, as mentions read it.
    """
    stem = base_handle(name)
    if stem not in taken and stem not in RESERVED:
        return stem
    number = 2
    while (handle := f"{stem[: LONGEST - 7].rstrip('-')}-{number}") in taken:
        number += 1
    return handle


def base_handle(name: str) -> str:
    """Return the handle a name would have if nobody else had it."""
    stem = fold(name).replace(" ", "-")[: LONGEST - 7].rstrip("-")
    return stem if len(stem) >= SHORTEST else f"mitglied-{stem}".rstrip("-")
