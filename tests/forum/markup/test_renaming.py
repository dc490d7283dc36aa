"""Mentions of somebody who has left, and quotes of what is gone, in sources and stored HTML."""

from __future__ import annotations

import pytest

from forum.markup import empty_quotes, fill, hide_quotes, rename_handle, render
from forum.markup.values import QuoteInfo


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("Danke @anna-beck.", "Danke @ex-7."),
        ("@Anna-Beck, @ANNA-BECK", "@ex-7, @ex-7"),
        ("(@anna-beck) _@anna-beck_ @anna-beck...", "(@ex-7) _@ex-7_ @ex-7..."),
        (":::quote post=3 by=anna-beck\nJa\n:::", ":::quote post=3 by=ex-7\nJa\n:::"),
        ("siehe /u/anna-beck", "siehe /u/ex-7"),
        ("`@anna-beck`", "`@ex-7`"),
        ("@anna-becker @anna-beck-2 @anna-beck.berlin", None),
        ("x@anna-beck mail@anna-beck.de by=anna-becker", None),
        ("anna-beck und Anna Beck", None),
        ("/u/anna-beck-2 #@anna-beck", None),
    ],
)
def test_handles_in_sources(text: str, renamed: str | None) -> None:
    assert rename_handle(text, "anna-beck", "ex-7") == (text if renamed is None else renamed)


@pytest.mark.parametrize(
    "source",
    [
        "Danke @anna-beck, sagt @Anna-Beck.",
        "> @anna-beck\n\n:::quote post=3 by=anna-beck\n@anna-beck\n:::",
        "[Profil](/u/anna-beck) **@anna-beck**",
    ],
)
def test_stored_html_is_as_if_it_had_been_written_so(source: str) -> None:
    html = rename_handle(render(source).html, "anna-beck", "ex-7")
    assert html == render(rename_handle(source, "anna-beck", "ex-7")).html


NESTED = ":::::quote post=3\nA\n\n::::quote post=4\nB\n::::\n\nC\n:::::\n\nD"


@pytest.mark.parametrize(
    ("posts", "left", "gone"),
    [
        ({3}, "D", "ABC"),
        ({4}, "ACD", "B"),
        ({3, 4}, "D", "ABC"),
        ({5}, "ABCD", ""),
    ],
)
def test_quotes_are_emptied(posts: set[int], left: str, gone: str) -> None:
    html = empty_quotes(render(NESTED).html, posts=posts, note="weg")
    source = hide_quotes(NESTED, shown={3, 4} - posts, note="weg")
    for text in (html, source):
        found = text.replace("quote", "").replace("<x-q p=", "").replace("blockquote", "")
        assert [sign for sign in "ABCD" if sign in found] == list(left)
        assert not any(sign in found for sign in gone)
    quotes = {number: QuoteInfo("Wer", "/t/1") for number in (3, 4)}
    shown = fill(html, mentions={}, quotes=quotes, embeds={})
    assert shown.count("<blockquote") == shown.count("</blockquote>")


def test_the_note_is_text() -> None:
    html = empty_quotes(render(NESTED).html, posts={3}, note="<b>&")
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
