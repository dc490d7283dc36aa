"""Containers that plugins bring: parsed once, kept as data, shown where they stood."""

import pytest
from markupsafe import Markup

from forum.markup import Block, Directive, Embed, Parsed, fill, list_embeds, render
from forum.markup.limits import ARGUMENT_CHARS, EMBEDS, EXCERPT_CHARS
from tests.forum.markup.samples import POLL, bare, filled

SOURCE = "a\n:::poll Wohin?\nBerlin\nBonn\n:::\nb"


def test_block_becomes_an_embed():
    result = render(SOURCE, directives=[POLL])
    assert result.html == '<p>a</p>\n<x-e k="poll.1">Wohin?</x-e>\n<p>b</p>\n'
    data = {"question": "Wohin?", "options": ["Berlin", "Bonn"]}
    assert result.embeds == (Embed("poll.1", "poll", data, "Wohin?"),)
    assert result.text == "a\nWohin?\nb"
    assert filled(result.html) == "<p>a</p>\n<p>Umfrage</p>\n<p>b</p>\n"
    assert bare(result.html) == '<p>a</p>\n<p class="embed">Wohin?</p>\n<p>b</p>\n'


def test_unknown_or_refused_stays_text():
    assert render(SOURCE).html == "<p>a\n:::poll Wohin?\nBerlin\nBonn\n:::\nb</p>\n"
    assert render(":::poll\nBerlin\n:::", directives=[POLL]).html == "<p>:::poll\nBerlin\n:::</p>\n"


def test_parser_gets_its_block_without_the_surroundings():
    seen: list[Block] = []

    def parse(block: Block) -> Parsed:
        seen.append(block)
        return Parsed({})

    source = '> - :::Poll a=1 B="c d" e\n>   x\n>     y\n>   :::\n'
    render(source, directives=[Directive("poll", parse)])
    assert seen == [Block("poll", 'a=1 B="c d" e', {"a": "1", "b": "c d"}, "x\n  y", "poll.1", "e")]


def test_keys_number_the_embeds_up_to_the_cap():
    result = render(":::poll a\n:::\n\n" * (EMBEDS + 5), directives=[POLL])
    assert [embed.key for embed in result.embeds] == [f"poll.{n + 1}" for n in range(EMBEDS)]
    assert list_embeds(result.html) == [embed.key for embed in result.embeds]
    assert result.html.count(":::poll") == 5


def test_an_id_of_the_author_names_the_embed_wherever_it_stands():
    result = render(":::poll a\n:::\n:::poll b id=Fest\n:::\n:::poll c\n:::", directives=[POLL])
    assert list_embeds(result.html) == ["poll.1", "poll.fest", "poll.3"]
    moved = render(":::poll b id=fest\n:::\n:::poll a\n:::", directives=[POLL])
    assert list_embeds(moved.html) == ["poll.fest", "poll.2"]


def test_an_id_that_is_taken_or_none_makes_no_second_embed():
    twice = render(":::poll a id=x\n:::\n:::poll b id=x\n:::", directives=[POLL])
    assert list_embeds(twice.html) == ["poll.x"]
    assert ":::poll b id=x" in twice.html
    strange = render(":::poll a id=1\n:::\n:::poll b id=ä\n:::", directives=[POLL])
    assert list_embeds(strange.html) == ["poll.1", "poll.2"]


def test_the_line_that_stands_for_an_embed_is_one_short_line_of_text():
    hostile = f'<b>\u202e x</b> &lt;&amp; "{"a" * 400}"\x00'
    directive = Directive("poll", lambda block: Parsed({}, f"{hostile}\n{hostile}"))
    result = render(":::poll\n:::", directives=[directive])
    shown = bare(result.html)
    assert shown.startswith('<p class="embed">&lt;b&gt; x&lt;/b&gt; &amp;lt;&amp;amp; ')
    assert len(result.text) <= EXCERPT_CHARS
    assert "\n" not in result.text
    assert "\u202e" not in result.html
    assert "\x00" not in result.html


def test_quoted_directive_is_not_live():
    result = render(":::quote post=1\n:::poll a\nb\n:::\n:::", directives=[POLL])
    assert result.embeds == ()
    assert result.html == '<x-q p="1">\n<p>:::poll a\nb\n:::</p>\n</x-q>\n'


def test_long_arguments_are_no_directive():
    result = render(f":::poll {'a' * (ARGUMENT_CHARS + 1)}\n:::", directives=[POLL])
    assert result.embeds == ()


def test_embed_that_is_not_markup_is_escaped():
    html = render(SOURCE, directives=[POLL]).html
    panel: Markup = "<script>"  # type: ignore[assignment]
    assert "&lt;script&gt;" in fill(html, mentions={}, quotes={}, embeds={"poll.1": panel})


def test_errors_of_a_parser_reach_the_caller():
    def fail(block: Block) -> Parsed:
        raise RuntimeError("kaputt")

    with pytest.raises(RuntimeError, match="kaputt"):
        render(SOURCE, directives=[Directive("poll", fail)])
    assert render("a").html == "<p>a</p>\n"


@pytest.mark.parametrize("name", ["quote", "details", "Poll", "1a", "a b", "", "a" * 40, 'a"', "ä"])
def test_names_that_cannot_be_registered(name):
    with pytest.raises(ValueError, match="directive"):
        Directive(name, POLL.parse)
