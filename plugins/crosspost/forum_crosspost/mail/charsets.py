"""Bytes to text when the stated charset may be a lie."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

# Codecs that are no charsets, or that give ASCII another meaning.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
# What programs call Latin-1 is Windows-1252 as a rule.
# Source: WHATWG Encoding Standard, section 4.2.
_AS_WINDOWS: Final = frozenset({"ascii", "iso8859-1", "latin_1", "cp1252"})
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def decode(data: bytes, charset: str) -> tuple[str, bool]:
    """Return the text and whether the charset held what it said.

    Unknown and wrong charsets fall back to UTF-8, then to Windows-1252, which takes everything.
    """
    stated = _find_codec(charset)
    if stated in _AS_WINDOWS or stated is None:
        return _guess(data, is_stated=stated is not None, is_ascii=stated == "ascii")
    try:
        return clean(data.decode(stated)), True
    except (LookupError, ValueError):  # the former for codecs that make no text
        return _guess(data, is_stated=False)[0], False


def _guess(data: bytes, *, is_stated: bool, is_ascii: bool = False) -> tuple[str, bool]:
    if data.isascii():
        return clean(data.decode("ascii")), True
    try:
        # Text in another charset that happens to be UTF-8 is rarer than a wrong label.
        return clean(data.decode("utf-8")), False
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252.
        return clean(data.decode("cp1252", "replace")), is_stated and not is_ascii


def _find_codec(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if name.replace("_", "-") in _NO_CHARSETS else name


def clean(text: str) -> str:
    """Take out what no database and no page can hold; line ends become newlines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
    return _UNWANTED.sub("", text)


def one_line(text: str) -> str:
    """Return a text with single spaces and without what cannot be seen or turns others around."""
    if text.isprintable():
        return " ".join(text.split())
    seen = (sign for sign in clean(text) if unicodedata.category(sign) != "Cf")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in seen).split())
