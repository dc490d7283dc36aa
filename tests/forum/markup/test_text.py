"""Plain text, excerpts, and characters that nobody sees."""

import pytest

from forum.markup import excerpt, plain, render
from forum.markup.limits import EXCERPT_CHARS
from tests.forum.markup.samples import POST, html_of

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e"


def test_blocks_are_lines_and_marks_are_gone():
    source = (
        "# Titel\n\nein *Absatz*\nweiter  \nneu\n\n- eins\n- zwei `c < d`\n\n"
        "|a|b|\n|-|-|\n|1|2|\n\n```\nx = 1\n\ny\n```\n\n[Link](/a) &amp; ~~alt~~"
    )
    assert render(source).text == (
        "Titel\nein Absatz weiter\nneu\neins\nzwei c < d\na b\n1 2\nx = 1\ny\nLink & alt"
    )


def test_plain_reads_stored_html():
    assert plain(html_of("a &lt;b&gt;\n\n*c*@d @ef")) == "a <b>\nc@d @ef"
    assert plain("") == ""


def test_words_are_not_glued_or_torn():
    assert render("**Mit**glied und a<b>c").text == "Mitglied und a<b>c"


def test_search_text_has_no_invisible_characters():
    hidden = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\u180e\u034f"
    source = "Ver" + hidden + "ein &shy;&zwj;&#8203;Haus"
    assert render(source).text == "Verein Haus"


def test_excerpt_keeps_joiners_but_no_direction_marks():
    assert render("👨\u200d👩\u200d👧 a\u200bb\u202ec").excerpt == "👨\u200d👩\u200d👧 abc"


@pytest.mark.parametrize("mark", OVERRIDES)
def test_direction_overrides_never_reach_a_reader(mark):
    entity = f"&#{ord(mark)};"
    quoted = f"%E2%80%{ord(mark) - 0x2000 + 0x80 - 0:02X}"
    source = (
        f"a{mark}b `c{mark}` {entity} [d{entity}](/e '{entity}') <https://a.de/{quoted}>\n\n"
        f"```\n{mark}{entity}\n```\n\n:::details {mark}{entity}\nx\n:::\n"
    )
    result = render(source)
    assert [c for c in result.html + result.text + result.excerpt if c in OVERRIDES] == []


def test_right_to_left_writing_keeps_its_marks():
    assert html_of("שלום\u200f \u2067abc\u2069") == "<p>שלום\u200f \u2067abc\u2069</p>\n"


def test_control_characters_and_lone_surrogates():
    assert html_of("a\x00b\x07c\x1bd\ufeffe\ufdd0f\x85g") == "<p>abcdefg</p>\n"
    result = render("a\ud800b")
    assert result.html == "<p>a\ufffdb</p>\n"
    result.text.encode()


class TestExcerpt:
    def test_short_text_is_whole(self):
        assert excerpt("a\n b\t c ") == "a b c"
        assert excerpt("") == ""
        assert excerpt("a" * EXCERPT_CHARS) == "a" * EXCERPT_CHARS

    def test_cut_at_a_word(self):
        result = render(POST).excerpt
        assert len(result) <= EXCERPT_CHARS
        assert result[-1] == "…"
        words = render(POST).text.replace("\n", " ").split(" ")
        assert result[:-1].split(" ")[:-1] == words[: result.count(" ")]

    def test_one_long_word_is_cut_anywhere(self):
        assert excerpt("ä" * 1000) == "ä" * (EXCERPT_CHARS - 1) + "…"

    def test_no_half_emoji_at_the_end(self):
        family = "👨\u200d👩\u200d👧"
        result = excerpt("a" * (EXCERPT_CHARS - 3) + family)
        assert result == "a" * (EXCERPT_CHARS - 3) + "👨…"

    @pytest.mark.parametrize(
        "unit", ["a", "ab ", "Wort, ", "ä\u0301 ", "x. ", "👨\u200d👩 ", "—", "… "]
    )
    def test_idempotent(self, unit):
        for count in (1, 40, 93, 94, 140, 279, 280, 281, 600):
            once = excerpt(unit * count)
            assert excerpt(once) == once
            assert len(once) <= EXCERPT_CHARS
