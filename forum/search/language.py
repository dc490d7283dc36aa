"""The query language: words, "phrases", and -words that must not occur."""

from __future__ import annotations

import re
from typing import Final

from forum.core import limits
from forum.search.analysis import normalise, split_words
from forum.search.index import Words

MOST_WORDS: Final = 12
_KIND: Final = re.compile(r"(?:^|\s)kind:([a-z][a-z0-9_]{0,39})(?=\s|$)")
_PART: Final = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


def split_kind(text: str) -> tuple[str, str]:
    """Return the text without `kind:…`, and the kind that was asked for, "" for none."""
    found = _KIND.search(text[: limits.QUERY])
    return (_KIND.sub(" ", text), found[1]) if found else (text, "")


def parse_query(text: str) -> Words:
    """Take a query apart; never fails, an unclosed quote ends with the text.

    Shapes: at most `MOST_WORDS` words, phrases and exclusions each.
    """
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    for match in _PART.finditer(normalise(text[: limits.QUERY])):
        minus_phrase, phrase, minus, word = match.groups()
        found = [w for w, _, _ in split_words(phrase if phrase is not None else word)]
        if not found:
            continue
        if minus or minus_phrase:
            without.extend(found)
        elif phrase is not None and len(found) > 1:
            phrases.append(" ".join(found))
        else:
            words.extend(found)
    return Words(
        tuple(words[:MOST_WORDS]), tuple(phrases[:MOST_WORDS]), tuple(without[:MOST_WORDS])
    )
