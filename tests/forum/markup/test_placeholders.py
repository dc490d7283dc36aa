"""Filling placeholders, and that a text cannot forge one."""

import pytest
from markupsafe import Markup

from forum.markup import Person, fill, list_embeds, list_placeholders, render, sanitise
from tests.forum.markup.checker import check
from tests.forum.markup.samples import POLL, bare, filled, html_of


def test_known_person_is_a_link():
    html = fill(
        html_of("@Anna!"), mentions={"anna": Person("Anna B.", "/u/anna")}, quotes={}, embeds={}
    )
    assert html == '<p><a class="mention" href="/u/anna">@Anna B.</a>!</p>\n'
    assert type(html) is Markup


def test_erased_person_has_no_link():
    html = fill(html_of("@anna"), mentions={"anna": Person("Jemand", None)}, quotes={}, embeds={})
    assert html == '<p><span class="mention">@Jemand</span></p>\n'


def test_names_and_addresses_are_escaped():
    person = Person('<script>"&', '/u/"><script>')
    html = fill(html_of("@anna"), mentions={"anna": person}, quotes={}, embeds={})
    assert html == (
        '<p><a class="mention" href="/u/&#34;&gt;&lt;script&gt;">'
        "@&lt;script&gt;&#34;&amp;</a></p>\n"
    )


def test_names_are_not_read_as_placeholders():
    person = Person('<x-q p="1"></x-q>', "/u/anna")
    html = fill(html_of("@anna @anna"), mentions={"anna": person}, quotes={}, embeds={})
    assert html.count("&lt;x-q") == 2


def test_without_placeholders_the_text_is_itself():
    html = html_of("a *b*")
    result = bare(html)
    assert result == html
    assert type(result) is Markup


def test_a_page_of_texts_is_looked_up_at_once():
    pages = [
        html_of("@Anna @bernd"),
        html_of("nichts"),
        render("@anna\n:::quote post=3\nx\n:::\n:::poll a\n:::\n", directives=[POLL]).html,
    ]
    wanted = list_placeholders(pages)
    assert wanted.mentions == {"anna", "bernd"}
    assert wanted.quotes == {3}
    assert [list_embeds(page) for page in pages] == [[], [], ["poll.1"]]


FORGED = [
    '<x-m h="anna"></x-m>',
    '<x-q p="1">',
    "</x-q>",
    '<x-q p="1">a</x-q>',
    '<x-e k="poll.1"></x-e>',
]
AROUND = [
    *("{}", "a {} b", "`{}`", "```\n{}\n```", "    {}", "> {}", "- {}", "# {}", "*{}*", "[{}](/b)"),
    *('[a](/b "{}")', "[a](/b '{}')", "[a](/b ({}))", "[a](<{}>)", "[a]({})", "![{}](/b)"),
    *("![a](/b '{}')", "[a]\n\n[a]: /b '{}'", "<https://a.de/{}>", "https://a.de/{}", "{}{}"),
    *(":::details {}\nb\n:::", "|{}|\n|-|\n|{}|", "```{}\na\n```", ":::quote post={}\na\n:::"),
    *(":::quote by={}\na\n:::", "www.a.de/{}", "\\{}", "<{}", "<<{}>>", "@{}", "<!--{}-->"),
]
DISGUISES = [
    lambda s: s,
    lambda s: s.replace('"', "'"),
    lambda s: s.replace('"', "&quot;"),
    lambda s: s.replace("<", "&lt;").replace(">", "&gt;"),
    lambda s: "".join(f"&#{ord(c)};" for c in s),
    lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    lambda s: "".join(f"%{ord(c):02x}" for c in s),
    lambda s: "\\".join(s),
    lambda s: "\x00".join(s),
    lambda s: s.upper(),
    lambda s: s.replace("<", "\uff1c"),
]


@pytest.mark.parametrize("disguise", range(len(DISGUISES)))
@pytest.mark.parametrize("around", AROUND)
def test_typed_placeholders_stay_text(around, disguise):
    for forged in FORGED:
        source = around.replace("{}", DISGUISES[disguise](forged))
        result = render(source)
        own = check(result.html).tags
        assert [tag for tag in own if tag.startswith("x-")] == []
        assert (result.mentions, result.quotes, result.embeds) == ((), (), ())
        assert list_placeholders([result.html]) == list_placeholders([])
        assert filled(result.html) == result.html


@pytest.mark.parametrize("around", AROUND)
def test_typed_ends_do_not_open_a_closed_quote(around):
    for disguise in DISGUISES:
        inner = around.replace("{}", disguise("</x-q>"))
        source = f"::::::quote post=1\nGEHEIM\n\n{inner}\n\nGEHEIM\n::::::\n"
        assert "GEHEIM" not in bare(html_of(source))


def test_sanitiser_keeps_quotation_marks_and_brackets_out_of_attributes():
    html = sanitise("""<a title='<x-m h="anna"></x-m></x-q>' href="/b">a</a>""")
    assert html.count("<") == 2
    assert filled(html) == html


@pytest.mark.parametrize(
    "odd",
    [
        '<x-q p="1">a',
        '<x-q p="1"><x-q p="2">a</x-q>',
        "<x-m h=a></x-m>",
        "<x-q>a</x-q>",
    ],
)
def test_broken_placeholders_fail_closed(odd):
    shown = bare(odd)
    assert shown.count("<blockquote") == shown.count("</blockquote>")


def test_a_quote_without_an_end_hides_the_rest():
    assert "GEHEIM" not in bare('<x-q p="1">GEHEIM')
