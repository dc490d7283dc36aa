"""Bare addresses: what becomes a link and where it ends."""

import pytest

from tests.forum.markup.checker import check
from tests.forum.markup.samples import html_of

LINKS = [
    ("https://a.de", ["https://a.de"]),
    ("HTTPS://A.de/B", ["HTTPS://A.de/B"]),
    ("http://localhost:8000/x", ["http://localhost:8000/x"]),
    ("siehe https://a.de/b.", ["https://a.de/b"]),
    ("(siehe https://a.de/b)", ["https://a.de/b"]),
    (
        "https://de.wikipedia.org/wiki/Verein_(Recht)",
        ["https://de.wikipedia.org/wiki/Verein_(Recht)"],
    ),
    ("(https://a.de/b_(c))!", ["https://a.de/b_(c)"]),
    ("https://a.de/b_c_d und https://a.de/e*f", ["https://a.de/b_c_d", "https://a.de/e*f"]),
    ("**https://a.de/b**", ["https://a.de/b"]),
    ("_https://a.de/b_", ["https://a.de/b"]),
    ("„https://a.de/b“, »https://a.de/c«", ["https://a.de/b", "https://a.de/c"]),
    ("https://a.de/?q=@anna&b#c", ["https://a.de/?q=@anna&b#c"]),
    ("https://müller.de/straße", ["https://xn--mller-kva.de/stra%C3%9Fe"]),
    ("mailto:anna@a.de?", ["mailto:anna@a.de"]),
    ("www.a.de", ["http://www.a.de"]),
    ("WWW.a.de/b,", ["http://WWW.a.de/b"]),
    ("(www.a.de/b_(c))", ["http://www.a.de/b_(c)"]),
    ("*www.a.de*", ["http://www.a.de"]),
    ("[a](/b) www.a.de [c](/d)", ["/b", "http://www.a.de", "/d"]),
    ("| www.a.de | https://b.de |\n|-|-|\n", ["http://www.a.de", "https://b.de"]),
    ("[text https://a.de](/b)", ["/b"]),
    ("[text www.a.de](/b)", ["/b"]),
    ("[https://a.de](https://b.de)", ["https://b.de"]),
    ("<https://a.de>", ["https://a.de"]),
]
NO_LINKS = [
    *(
        "a.de",
        "example.com/b",
        "anna@a.de",
        "ftp://a.de",
        "xhttps://a.de",
        "https://",
        "https:///a",
    ),
    *("javascript://a.de/%0aalert(1)", "data:text/html,a", "www.", "www.a", "awww.a.de", "//a.de"),
    *("`https://a.de`", "`www.a.de`", "    https://a.de", "http\\://a.de", "12:30", "mailto:anna"),
    *("vbscript:a", "file:///etc/passwd", "tel:123", "x@www.a.de", "https:\\\\a.de"),
]


@pytest.mark.parametrize(("source", "links"), LINKS)
def test_links(source, links):
    checked = check(html_of(source))
    assert checked.links == links
    assert checked.faults == []


@pytest.mark.parametrize("source", NO_LINKS)
def test_no_links(source):
    assert check(html_of(source)).links == []


def test_text_is_as_typed():
    text = "https://a.de/%E2%80%AEx?a=b&c <https://xn--mller-kva.de/%3Cb%3E>"
    assert "".join(check(html_of(text)).texts).strip() == text.replace("<", "").replace(">", "")
