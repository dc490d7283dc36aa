"""Plain text: what is taken out of a source before parsing, and text made from finished HTML."""

import re
import unicodedata
from html import unescape

from forum.markup.limits import EXCERPT_CHARS

# Control characters other than tab and line ends, non-characters, byte order marks.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Embeddings and overrides can make text, code and addresses read other than they are. Isolates
# and marks end with their paragraph and are what right-to-left writers use.
_OVERRIDES = re.compile("[\u202a-\u202e]")
_JOINERS = "\u200c\u200d"
_INVISIBLE_RANGES = "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_INVISIBLE = re.compile(f"[{_INVISIBLE_RANGES}]")
_INVISIBLE_OR_JOINER = re.compile(f"[{_INVISIBLE_RANGES}{_JOINERS}]")

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
# Letters and signs that are drawn as nothing.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_PIECE = re.compile(r'<x-m h="([^"<>]*)">|<(/?)([a-z][a-z0-9-]*)[^<>]*>')
_INLINE = frozenset({"a", "code", "del", "em", "img", "s", "span", "strong", "x-m"})
_CELLS = frozenset({"td", "th"})
_TAIL = "\u200d\ufe0e\ufe0f"
_LEAST_FILL = EXCERPT_CHARS // 2


def clean_source(source: str) -> str:
    """Take out what no text needs and what databases, parsers or readers stumble over."""
    return _UNWANTED.sub("", _SURROGATES.sub("\ufffd", source))


def drop_overrides(text: str) -> str:
    """Take out direction overrides; of finished HTML also those that came in as entities."""
    return text if text.isascii() else _OVERRIDES.sub("", text)


def shows_nothing(text: str) -> bool:
    """Tell whether nobody would see anything of a name or title, and so no link of that name."""
    return all(unicodedata.category(sign) in _UNSEEN or sign in _BLANKS for sign in text)


def flatten(html: str) -> str:
    """Return the text of sanitised HTML, a line per block, without quotes; embeds by their line.

    Quoted text belongs to another post, which not everybody who reads this one may read.
    """
    parts: list[str] = []
    done = quoted = 0
    in_code = False
    for match in _PIECE.finditer(html):
        if not quoted:
            piece = html[done : match.start()]
            parts.append(piece if in_code else piece.replace("\n", " "))
        done = match.end()
        handle, closing, tag = match.groups()
        if tag == "x-q":
            quoted = max(0, quoted + (-1 if closing else 1))
        elif tag == "pre":
            in_code = not closing
        if not quoted:
            parts.append("@" + handle if handle else _separator(tag))
    if not quoted:
        parts.append(html[done:].replace("\n", " "))
    lines = (" ".join(line.split()) for line in unescape("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def _separator(tag: str) -> str:
    if tag in _INLINE:
        return ""
    return " " if tag in _CELLS else "\n"


def make_searchable(text: str) -> str:
    """Take out what nobody sees and nobody types: soft hyphens, zero widths, direction marks."""
    return text if text.isascii() else _INVISIBLE_OR_JOINER.sub("", text)


def plain(html: str) -> str:
    """Return sanitised HTML as plain text for search and mail, a line per block."""
    return make_searchable(flatten(html))


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line, cut at a word.

    Units: characters, the ellipsis included. An excerpt is its own excerpt.
    """
    line = " ".join(_INVISIBLE.sub("", text).split())
    if len(line) <= EXCERPT_CHARS:
        return line
    cut = line.rfind(" ", 0, EXCERPT_CHARS)
    # A word as long as half the excerpt is no word to wait for.
    end = cut if cut >= _LEAST_FILL else EXCERPT_CHARS - 1
    return line[:end].rstrip(_TAIL + " .,;:-\u2013") + "\u2026"
