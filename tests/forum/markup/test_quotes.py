"""Quotes with a reference: what is stored, what is shown to whom, what never leaks."""

import pytest

from forum.markup import (
    QuoteInfo,
    QuoteRef,
    fill,
    hide_quotes,
    list_quoted,
    quote_source,
    render,
)
from forum.markup.limits import QUOTES
from tests.forum.markup.samples import bare, filled, html_of

QUOTE = ":::quote post=123 by=anna\nDas ist **geheim**.\n:::\n\nMeine Antwort.\n"
HEAD = '<blockquote class="quote"><p class="quote-by"><a href="/t/1/p/123">Petra Hollmann</a></p>\n'


def test_stored_form():
    result = render(QUOTE)
    assert result.quotes == (QuoteRef(123, "anna"),)
    assert result.html == (
        '<x-q p="123">\n<p>Das ist <strong>geheim</strong>.</p>\n</x-q>\n<p>Meine Antwort.</p>\n'
    )


def test_readable_quote_links_back_to_its_author():
    assert filled(html_of(QUOTE)) == (
        f"{HEAD}<p>Das ist <strong>geheim</strong>.</p>\n</blockquote>\n<p>Meine Antwort.</p>\n"
    )


def test_closed_quote_shows_a_note_instead():
    assert bare(html_of(QUOTE)) == (
        '<blockquote class="quote closed"><p>(zu)</p></blockquote>\n<p>Meine Antwort.</p>\n'
    )


def test_note_and_author_are_escaped():
    html = html_of(QUOTE)
    closed = fill(html, mentions={}, quotes={}, embeds={}, closed_quote="<b>")
    shown = fill(html, mentions={}, quotes={123: QuoteInfo("<i>", '/"><b>')}, embeds={})
    assert "<p>&lt;b&gt;</p>" in closed
    assert '<a href="/&#34;&gt;&lt;b&gt;">&lt;i&gt;</a>' in shown


def test_quoted_text_is_not_part_of_this_post():
    result = render(QUOTE + "\n:::quote post=7\n@bernd geheim\n:::\n")
    assert result.text == "Meine Antwort."
    assert result.excerpt == "Meine Antwort."
    assert result.mentions == ()


NESTED = "::::quote post=1\nA\n\n:::quote post=2\nB\n:::\nC\n::::\nD\n"


@pytest.mark.parametrize(
    ("readable", "seen"), [((), "D"), ((1,), "ACD"), ((2,), "D"), ((1, 2), "ABCD")]
)
def test_nested_quotes_hide_on_their_own(readable, seen):
    infos = {number: QuoteInfo("x", "/x") for number in readable}
    html = fill(html_of(NESTED), mentions={}, quotes=infos, embeds={}, closed_quote="-")
    assert "".join(c for c in html if c in "ABCD") == seen
    assert html.count("<blockquote") == html.count("</blockquote>")


def test_quote_inside_list_and_quote_block():
    for source in (
        "- a\n  :::quote post=1\n  GEHEIM\n  :::\n- b",
        "> a\n> :::quote post=1\n> GEHEIM\n> :::\n> b",
    ):
        html = html_of(source)
        assert "GEHEIM" not in bare(html)
        assert "GEHEIM" in filled(html)
        assert render(source).text == "a\nb"


@pytest.mark.parametrize(
    "ending", ["```\n", "`", "**", "[x](", "> > -", "<b>", "~~~", ":::details a", "|a|\n|-|", "- a"]
)
def test_unfinished_markup_stays_inside(ending):
    html = html_of(f":::quote post=1\nGEHEIM {ending}\nGEHEIM\n:::\n\nantwort")
    assert "GEHEIM" not in bare(html)
    assert "<p>antwort</p>" in bare(html)


@pytest.mark.parametrize(
    "args", ["", "post=", "post=x", "post=-1", "post=1e3", "post=²", "post=" + "1" * 19]
)
def test_without_a_number_it_is_an_ordinary_quote(args):
    result = render(f":::quote {args}\na\n:::")
    assert result.html == "<blockquote>\n<p>a</p>\n</blockquote>\n"
    assert result.quotes == ()


def test_references_are_distinct_and_capped():
    source = "".join(f":::quote post={n % 60 + 1} by=x<y\ntext{n}\n:::\n\n" for n in range(120))
    result = render(source)
    assert result.quotes == tuple(QuoteRef(n + 1, "") for n in range(QUOTES))
    beyond = [n for n in range(120) if n % 60 >= QUOTES]
    shown = filled(result.html)
    assert [n for n in beyond if f"text{n}<" in bare(result.html)] == []
    assert shown.count("<blockquote") == 120


class TestQuoteSource:
    def test_form(self):
        source = quote_source("Hallo\r\n\r\nWelt\n\n", post_id=5, handle="anna")
        assert source == ":::quote post=5 by=anna\nHallo\n\nWelt\n:::\n\n"

    def test_renders_back_to_the_quote(self):
        result = render(quote_source("a *b*", post_id=5, handle="anna") + "c")
        assert result.quotes == (QuoteRef(5, "anna"),)
        assert result.html == '<x-q p="5">\n<p>a <em>b</em></p>\n</x-q>\n<p>c</p>\n'

    def test_holds_what_holds_fences(self):
        text = ":::details x\ny\n:::\n> ::::\n\n  :::::"
        result = render(quote_source(text, post_id=5, handle="") + "antwort")
        assert result.quotes == (QuoteRef(5, ""),)
        assert result.text == "antwort"

    def test_quotes_inside_are_left_out(self):
        text = "a\n:::quote post=1\nb\n\n:::quote post=2\nc\n:::\nd\n:::\ne\n:::quote\noffen"
        source = quote_source(text, post_id=5, handle="anna")
        assert source == "::::quote post=5 by=anna\na\ne\n:::quote\noffen\n::::\n\n"


TWO_DEEP = "vorher\n::::quote post=1 by=anke\ngeheim\n:::quote post=2\ninnen\n:::\n::::\nnachher"


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        ("kein Zitat", set(), "kein Zitat"),
        (TWO_DEEP, {1, 2}, TWO_DEEP),
        (TWO_DEEP, {1}, TWO_DEEP.replace("innen", "zu")),
        (TWO_DEEP, {2}, "vorher\n::::quote post=1 by=anke\nzu\n::::\nnachher"),
        ("> :::quote post=3\n> geheim\n> :::", set(), "> :::quote post=3\nzu\n> :::"),
        (":::quote post=3\nnie geschlossen", set(), ":::quote post=3\nnie geschlossen"),
        (":::quote\nohne Beitrag\n:::", {0}, ":::quote\nohne Beitrag\n:::"),
    ],
)
def test_closed_quotes_are_taken_out_of_a_source(
    source: str, shown: set[int], expected: str
) -> None:
    assert hide_quotes(source, shown=shown, note="zu") == expected


def test_quoted_posts_of_sources_are_listed() -> None:
    assert list_quoted(["nichts", TWO_DEEP, ":::quote\nx\n:::"]) == {0, 1, 2}
