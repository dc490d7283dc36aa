"""The passage that shows why a post was found."""

from __future__ import annotations

import pytest

from forum.search.language import parse_query
from forum.search.snippets import LENGTH, make_snippet


@pytest.mark.parametrize(
    ("text", "query", "snippet"),
    [
        ("Die Straße ist zu", "strasse", "Die <mark>Straße</mark> ist zu"),
        ("Straßen\u00adbau läuft", "Straßenbau", "<mark>Straßenbau</mark> läuft"),
        ("Die Mitgliederversammlung", "Versammlung", "Die <mark>Mitgliederversammlung</mark>"),
        ("Kolleg*innen da", "Kolleginnen", "<mark>Kolleg*innen</mark> da"),
        ("<b>fett</b> & mehr", "fett", "&lt;b&gt;<mark>fett</mark>&lt;/b&gt; &amp; mehr"),
        ("Nichts davon", "anderes", "Nichts davon"),
        ("", "anderes", ""),
    ],
)
def test_found_words_are_marked_and_the_rest_escaped(text: str, query: str, snippet: str) -> None:
    assert str(make_snippet(text, parse_query(query))) == snippet


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    text = "Vorher. " * 100 + "Gesucht. " + "Nachher. " * 100
    snippet = str(make_snippet(text, parse_query("gesucht")))
    assert snippet.startswith("… ")
    assert "<mark>Gesucht</mark>" in snippet
    assert snippet.endswith(" …")
    assert len(snippet) < LENGTH + 40
