"""Plain text comes out of the markup as it went in."""

from __future__ import annotations

import re
from html import unescape

import pytest
from forum_crosspost.markdown import to_markdown
from hypothesis import given
from hypothesis import strategies as st

from forum.markup import render

SIGNS = "#*_-+=~`>[](){}<&@!|\\:.\"'1 2ab\n\n\u00e4"
lines = st.text(st.sampled_from(SIGNS), max_size=60)


def show(text: str) -> str:
    """Return what a reader sees, one line per line, spaces as they are shown."""
    html = render(to_markdown(text), breaks=True).html
    html = re.sub(r"<br>\n?|</p>\n?|</?blockquote>|<pre>|</pre>", "\n", html)
    return unescape(re.sub(r"<[^>]*>", "", html)).replace("\u00a0", " ")


def words(text: str) -> list[str]:
    return text.split()


@given(lines)
def test_every_sign_is_kept(text: str) -> None:
    unquoted = re.sub(r"^(>[ ]?)+", "", text, flags=re.M)
    assert words(show(text)) == words(unquoted)


@given(lines)
def test_nothing_but_quotes_and_code_is_made(text: str) -> None:
    html = render(to_markdown(text), breaks=True).html
    assert set(re.findall(r"<([a-z0-9-]+)", html)) <= {"p", "br", "blockquote", "pre", "code"}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            "# kein Titel\n- kein Punkt\n1. keine Liste",
            "\\# kein Titel\n\\- kein Punkt\n1\\. keine Liste",
        ),
        ("Titel\n=====", "Titel\n\\====="),
        ("mod_ssl und *so*", "mod_ssl und \\*so\\*"),
        ("https://x.example/a_b*c_ und _d_", "https://x.example/a_b*c\\_ und \\_d\\_"),
        ("@anna :::quote", "\\@anna :::quote"),
        (":::quote post=1", "\\:::quote post=1"),
        ("[a]: https://x.example", "\\[a]: https://x.example"),
        ("a | b\n--|--", "a | b\n\\--|--"),
        ("&lt; & &#60;", "\\&lt; & \\&#60;"),
        ("    eins\n\n      zwei", "```\neins\n\n  zwei\n```"),
        ("Satz\n    eingerückt", "Satz\n&nbsp;&nbsp;&nbsp;&nbsp;eingerückt"),
        ("a   b   c\nd   e   f", "```\na   b   c\nd   e   f\n```"),
        ("    ```\n    x", "````\n```\nx\n````"),
    ],
)
def test_signs_of_markdown(text: str, source: str) -> None:
    assert to_markdown(text) == source


def test_quotes_end_where_they_end() -> None:
    assert to_markdown("Udo schrieb:\n>> alt\n> neu\nAntwort") == (
        "Udo schrieb:\n\n> > alt\n>\n> neu\n\nAntwort"
    )
    html = render(to_markdown(">> alt\n> neu\nAntwort"), breaks=True).html
    inner = "<blockquote> <p>alt</p> </blockquote>"
    shown = f"<blockquote> {inner} <p>neu</p> </blockquote> <p>Antwort</p>"
    assert " ".join(html.split()) == shown


def test_deep_quotes_stop_somewhere() -> None:
    assert render(to_markdown(">" * 5_000 + " x")).html.count("<blockquote>") == 6


def test_line_ends_are_kept() -> None:
    html = render(to_markdown("eins\nzwei\n\ndrei"), breaks=True).html
    assert html.split() == "<p>eins<br> zwei</p> <p>drei</p>".split()
