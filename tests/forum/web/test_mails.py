"""Mails as pages: subject, text and HTML from one template, in the recipient's language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from forum.core.clock import now
from forum.core.database import unit
from forum.core.mail import send_mail
from forum.web.mails import plain_text, render_mail, site_link
from forum.web.themes import CORE

LETTER = "mail/accounts/reset.html"
INVITATION = "mail/accounts/invitation.html"
LETTERS = CORE / "templates" / "mail" / "accounts"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins</p><p>Zwei\n  drei</p>", "Eins\n\nZwei drei\n"),
        ("<h1>Titel</h1><ul><li>a</li><li>b</li></ul>", "Titel\n\n- a\n- b\n"),
        ('<p>Sieh <a href="https://x.de/a">hier</a> nach</p>', "Sieh hier (https://x.de/a) nach\n"),
        ('<p><a class="button" href="https://x.de">Los</a></p>', "Los:\nhttps://x.de\n"),
        ('<a href="https://x.de">https://x.de</a>', "https://x.de\n"),
        (
            "<blockquote><p>Eins</p><p>Zwei</p></blockquote><p>Drei</p>",
            "> Eins\n>\n> Zwei\n\nDrei\n",
        ),
        ("<style>p { x: y }</style><title>T</title><p>a &lt;b&gt; &amp; c</p>", "a <b> & c\n"),
        ("<p>a<br>b</p><hr><p>c</p>", "a\nb\n\n--\n\nc\n"),
    ],
)
def test_text_says_what_the_page_says(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.database("sqlite")
def test_styles_are_inlined_and_dark_ones_kept(app: Flask) -> None:
    with app.app_context():
        subject, text, html = render_mail(
            "mail/accounts/reset.html", "de", name="Anna", link="http://localhost/x?token=1"
        )
    assert subject == "Neues Passwort wählen"
    assert "Passwort wählen:\nhttp://localhost/x?token=1\n" in text
    assert '<h1 style="' in html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html


@pytest.mark.database("sqlite")
def test_names_cannot_break_out(app: Flask) -> None:
    evil = '<a href="https://evil.example">Hier</a>\r\nBcc: x@evil.example'
    with app.app_context():
        _subject, text, html = render_mail(LETTER, "de", name=evil, link="http://localhost/x")
    assert '<a href="https://evil.example"' not in html
    assert "Hallo <a href=" in text  # plain text is plain


@pytest.mark.database("sqlite")
def test_no_header_begins_in_a_subject(app: Flask) -> None:
    sent = {"link": "http://localhost/x", "inviter": "", "until": now()}
    with app.app_context():
        subject, text, html = render_mail(INVITATION, "de", **sent, site="A\r\nBcc: x")
        assert "\n" not in subject and "\r" not in subject
        with unit():
            send_mail("anna@example.org", subject, text, html)
        for bad in ("a@example.org\r\nBcc: x@example.org", "a@example.org, b@example.org"):
            with pytest.raises(ValueError), unit():
                send_mail(bad, subject, text, html)


@pytest.mark.database("sqlite")
def test_links_come_from_the_configuration(share_app: Callable[..., Flask]) -> None:
    app = share_app(public_url="https://forum.example.org/")
    with app.app_context():
        assert site_link("accounts.reset", token="a b") == (
            "https://forum.example.org/password/reset?token=a+b"
        )
    with app.test_request_context(base_url="https://evil.example"):
        assert site_link("accounts.login") == "https://forum.example.org/login"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("letter", sorted(path.name for path in LETTERS.glob("*.html")))
def test_every_letter_says_something(app: Flask, letter: str) -> None:
    sent = {
        "name": "Anna",
        "inviter": "Ben",
        "link": "http://localhost/link",
        "forgot": "http://localhost/password/forgot",
        "address": "neu@example.org",
        "at": now(),
        "until": now(),
    }
    with app.app_context():
        subject, text, html = render_mail(f"mail/accounts/{letter}", "de", **sent)
    assert 5 <= len(subject) <= 80
    assert text.startswith("Chapterhouse\n\n")
    assert text.rstrip().endswith("Chapterhouse (http://localhost/)")
    assert '<html lang="de">' in html
