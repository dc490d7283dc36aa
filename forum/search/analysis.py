"""From text to terms: one folding and one stemmer per language, for index and query alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from whoosh.analysis import Analyzer, Token
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.lang.snowball.german import GermanStemmer
from whoosh.lang.snowball.swedish import SwedishStemmer

LANGUAGES: Final = ("de", "en", "sv")
_STEMMERS: Final[dict[str, Any]] = {
    "de": GermanStemmer(),
    "en": EnglishStemmer(),
    "sv": SwedishStemmer(),
}
# "Bürger*innen" and "Mitarbeiter:in" are one word each; so is "v1.2".
_WORD: Final = re.compile(
    r"[^\W_]+(?:(?:[.'’]|[*:_·](?=innen\b|in\b))[^\W_]+)*", re.UNICODE | re.IGNORECASE
)
_GENDER: Final = re.compile(r"[*:_·](?=innen\b|in\b)", re.IGNORECASE)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# Written without umlauts: "foerderung" and "Förderung" are one word; "neue" and "Treue" stay.
_DIGRAPH: Final = re.compile(r"(?<![aeiouqäöü])(?:ae|oe|ue)")
_UMLAUT: Final = {"ae": "ä", "oe": "ö", "ue": "ü"}
LONGEST: Final = 60


def normalise(text: str) -> str:
    """Remove what readers cannot see: compatibility forms, soft hyphens, directions."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; digraphs count as umlauts in German."""
    if language == "de":
        word = _DIGRAPH.sub(lambda match: _UMLAUT[match[0]], word)
        if len(word) > 4 and word.endswith(("as", "os")):
            word = word[:-1]  # Snowball leaves the plural of Kita, Büro, Foto alone
    stemmed: str = _STEMMERS[language].stem(word)
    return stemmed


def split_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (folded word, start, end) for the words of a normalised text."""
    for match in _WORD.finditer(text):
        folded = _GENDER.sub("", match[0]).casefold()
        yield folded[:LONGEST], match.start(), match.end()


class StemAnalyzer(Analyzer):
    """Whoosh's view of words and stems: tokens with positions."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, value: str, *, start_pos: int = 0, **options: Any) -> Iterator[Token]:
        """Yield tokens; Whoosh passes the options it wants filled in."""
        token = Token(
            positions=options.get("positions", False),
            chars=options.get("chars", False),
            removestops=True,
            mode=options.get("mode", ""),
        )
        for position, (word, start, end) in enumerate(split_words(normalise(value)), start_pos):
            token.text = stem(word, self.language)
            token.boost = 1.0
            token.stopped = False
            token.pos = position
            token.startchar, token.endchar = start, end
            yield token
