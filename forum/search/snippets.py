"""The passage of a post that shows why it was found, with the found words marked."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

from forum.search.analysis import LANGUAGES, normalise, split_words, stem
from forum.search.index import Words

LENGTH: Final = 240
BEFORE: Final = 60
SCANNED: Final = 20_000


def make_snippet(text: str, words: Words) -> Markup:
    """Return up to `LENGTH` characters around the first found word, found words in <mark>.

    Cost: linear in the text, of which at most `SCANNED` characters are looked at.
    """
    text = " ".join(normalise(text[:SCANNED]).split())
    spans = _found(text, words)
    start = _start(text, spans[0][0]) if spans else 0
    end = _end(text, start + LENGTH)
    parts = [Markup("… ") if start else Markup("")]
    position = start
    for begin, stop in spans:
        if begin >= position and stop <= end:
            parts += [escape(text[position:begin]), Markup("<mark>"), escape(text[begin:stop])]
            parts.append(Markup("</mark>"))
            position = stop
    parts.append(escape(text[position:end]))
    if end < len(text):
        parts.append(Markup(" …"))
    return Markup("").join(parts)


def _found(text: str, words: Words) -> list[tuple[int, int]]:
    wanted = [*words.words, *(word for phrase in words.phrases for word in phrase.split())]
    stems = {stem(word, language) for word in wanted for language in LANGUAGES}
    long_stems = tuple(s for s in stems if len(s) >= 5)
    spans = []
    for word, start, end in split_words(text):
        stemmed = stem(word, "de")
        if stemmed in stems or word in stems or any(s in stemmed for s in long_stems):
            spans.append((start, end))
    return spans


def _start(text: str, found: int) -> int:
    start = max(0, found - BEFORE)
    return 0 if start == 0 else text.find(" ", start, found) + 1 or start


def _end(text: str, wanted: int) -> int:
    if wanted >= len(text):
        return len(text)
    cut = text.rfind(" ", 0, wanted)
    return cut if cut > wanted - 40 else wanted
