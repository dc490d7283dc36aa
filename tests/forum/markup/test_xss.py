"""No text gets a tag, attribute, handler, class or scheme past the walls."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.markup import Rendered, excerpt, render, sanitise
from forum.markup.limits import EXCERPT_CHARS
from tests.forum.markup.checker import check
from tests.forum.markup.samples import POLL, bare, filled
from tests.forum.markup.xss_corpus import SCHEMES, TABLE, generate_links, generate_tags

PARTS = 16


def render_fully(source: str) -> Rendered:
    return render(source, directives=[POLL], images=("/files/",), breaks=True)


def assert_harmless(source: str) -> None:
    result = render_fully(source)
    for html in (result.html, filled(result.html), bare(result.html)):
        assert check(html).faults == [], source
    assert "<x-" not in filled(result.html), source
    assert sanitise(result.html, images=("/files/",)) == result.html, source


@pytest.mark.parametrize("source", TABLE)
def test_table(source):
    assert_harmless(source)


@pytest.mark.parametrize("source", TABLE)
def test_second_wall_alone(source):
    clean = sanitise(source.encode(errors="replace").decode(), images=("/files/",))
    assert check(clean).faults == []
    assert check(filled(clean)).faults == []


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_links(part):
    for source in islice(generate_links(), part, None, PARTS):
        checked = check(render_fully(source).html)
        assert checked.faults == [], source
        schemes = [
            url for url in checked.links if url.lower().startswith(tuple(f"{s}:" for s in SCHEMES))
        ]
        assert schemes == [], source


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_tags(part):
    for source in islice(generate_tags(), part, None, PARTS):
        assert_harmless(source)


@pytest.mark.parametrize("part", range(PARTS))
def test_generated_tags_against_the_second_wall_alone(part):
    for source in islice(generate_tags(), part, None, PARTS):
        assert check(sanitise(source, images=("/files/",))).faults == [], source


def test_corpus_is_substantial():
    assert len(TABLE) >= 170
    assert len(set(TABLE)) == len(TABLE)
    assert sum(1 for _ in generate_links()) > 10_000
    assert sum(1 for _ in generate_tags()) > 3_000


WORDS = st.sampled_from(
    [
        *("[", "](", ")", "![", "<", ">", '"', "'", "`", "```", "~~~", "*", "**", "_", "~~", "|"),
        *(
            "\n",
            "\n\n",
            "    ",
            "> ",
            "- ",
            "1. ",
            "# ",
            "- [ ] ",
            "- [x] ",
            "|-|",
            "\n---\n",
            "\\",
        ),
        *(
            ":::",
            "::::",
            ":::details ",
            ":::quote post=1 by=a\n",
            ":::poll x\n",
            "\n:::\n",
            "&",
            ";",
        ),
        *("@anna", "@", "https://a.de/", "www.a.de", "mailto:a@b.de", "javascript:", "data:", "//"),
        *("<script>", "</script>", "<svg/onload=", "<!--", "-->", "<![CDATA[", "]]>", "onclick="),
        *('<x-m h="anna"></x-m>', '<x-q p="1">', "</x-q>", '<x-e k="poll.1"></x-e>', "[a]: /b '"),
        *("&lt;", "&quot;", "&#x3c;", "&#0;", "&Tab;", "\x00", "\t", "\u202e", "\u200b", "\ufdd0"),
        *(
            "a",
            "ä",
            "שלום",
            "😀",
            " ",
            "  ",
            "/files/a.png",
            "=",
            "%22",
            "%3C",
            "(",
            "\ud800",
            "\u2028",
        ),
    ]
)
HOSTILE = st.one_of(
    st.lists(WORDS, max_size=40).map("".join),
    st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=20).map("".join),
    st.text(max_size=200),
)


@settings(max_examples=600, deadline=None)
@given(HOSTILE)
def test_fuzz(source):
    assert_harmless(source)


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_fuzz_second_wall_alone(source):
    clean = sanitise(source.encode(errors="replace").decode(), images=("/files/",))
    assert check(filled(clean)).faults == []


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_fuzz_texts(source):
    result = render_fully(source)
    assert excerpt(result.excerpt) == result.excerpt
    assert len(result.excerpt) <= EXCERPT_CHARS
    assert "\n" not in result.excerpt
    assert result == render_fully(source)


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE)
def test_fuzz_closed_quotes(quoted, answer):
    body = (quoted + "\nGEHEIM").replace(":::", "")
    result = render_fully(f":::::quote post=1\n{body}\n:::::\n\n{answer}")
    assert "GEHEIM" not in bare(result.html)
    assert "GEHEIM" not in result.text
    assert "GEHEIM" not in result.excerpt
