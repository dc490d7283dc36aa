"""`@handle`: where it counts and where it is just a character."""

import pytest

from forum.markup import render
from forum.markup.limits import MENTIONS
from tests.forum.markup.samples import bare, filled, html_of

FOUND = [
    ("@anna", ["anna"]),
    ("@Anna und @ANNA", ["anna"]),
    ("Hallo @anna.b, (@carl_9) „@d-e“!", ["anna.b", "carl_9", "d-e"]),
    ("@anna. @bernd... @carl- @dora_", ["anna", "bernd", "carl", "dora"]),
    ("*@anna* **@bernd** _@carl_ __@dora__ ~~@emil~~", ["anna", "bernd", "carl", "dora", "emil"]),
    (
        "# @anna\n\n> @bernd\n\n- @carl\n\n| @dora |\n|-|\n| @emil |",
        ["anna", "bernd", "carl", "dora", "emil"],
    ),
    (":::details x\n@anna\n:::", ["anna"]),
    ("@anna's @bernd:innen @carl/@dora", ["anna", "bernd", "carl"]),
    ("@" + "a" * 39, ["a" * 39]),
    ("@10a", ["10a"]),
    ("cc:@anna\n@bernd", ["anna", "bernd"]),
]
NOT_FOUND = [
    *("anna@example.org", "anna@bernd", "ä@anna", "@a", "@", "@@anna", "@-anna", "@ anna", "@.a"),
    *("`@anna`", "    @anna", "```\n@anna\n```", "\\@anna", "[@anna](/b)", "[x](/b '@anna')"),
    *(
        "<https://a.de/@anna>",
        "https://a.de/@anna",
        "www.a.de/@anna",
        "/@anna",
        "a.@anna",
        "a-@anna",
    ),
    *("@" + "a" * 40, "@annaä", "@anna@chaos.social", "@an\u200bna", "@an\u00adna", "@anna\u202e"),
    *(
        "@ſanna",
        "@\u212aanna",
        "@аnna",
        "x_@anna",
        "<a@example.org>",
        ":::details @anna\nb\n:::",
        "a=@anna",
    ),
]


@pytest.mark.parametrize(("source", "handles"), FOUND)
def test_found(source, handles):
    assert list(render(source).mentions) == handles


@pytest.mark.parametrize("source", NOT_FOUND)
def test_not_found(source):
    result = render(source)
    assert result.mentions == ()
    assert "<x-m" not in result.html


def test_stored_form_and_text():
    result = render("Frag @Anna.B!")
    assert result.html == '<p>Frag <x-m h="Anna.B"></x-m>!</p>\n'
    assert result.text == "Frag @Anna.B!"


def test_unknown_handle_shows_as_typed():
    assert bare(html_of("@Override und @Anna")) == "<p>@Override und @Anna</p>\n"


def test_more_than_the_cap_are_text():
    result = render(" ".join(f"@user{n}" for n in range(MENTIONS + 20)) + " @user3")
    assert result.mentions == tuple(f"user{n}" for n in range(MENTIONS))
    assert result.html.count("<x-m") == MENTIONS + 1
    assert f"@user{MENTIONS}" in filled(result.html)
