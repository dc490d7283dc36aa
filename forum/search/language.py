"""The query language: words, "phrases", and -words that must not occur."""

from __future__ import annotations

import re
from typing import Final

from forum.core import limits
from forum.search.analysis import normalise, split_words
from forum.search.index import Words

MOST_WORDS: Final = 12
_PART: Final = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


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
