"""Pages and mails really speak the language: no German word is left, times and numbers fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.accounts.operations import promote_user
from forum.core.clock import freeze, now
from forum.core.consumers import run_consumers
from forum.core.database import unit
from forum.core.runner import run_all
from forum.testing.builders import (
    add_member,
    login,
    make_area,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.services.smtp import Sink
from forum.web.dates import day, exactly, in_words, number
from forum.web.i18n import speaking
from forum.web.mails import render_mail
from tests.forum.languages.reader import Page

# Words do not hang on the kind of database.
pytestmark = pytest.mark.database("sqlite")
LANGUAGES = ["en", "sv"]
STRANGER = ["/login", "/register", "/password/forgot", "/", "/verzeichnis", "/search?q=lorem"]
SITE = [
    "/",
    "/?tab=all",
    "/?tab=unanswered",
    "/verzeichnis",
    "/search?q=lorem",
    "/search?q=nothing",
    "/notifications",
    "/settings/notifications",
    "/admin/invitations",
    "/settings/profile",
    "/settings/display",
    "/settings/access",
    "/settings/sessions",
    "/admin/plugins",
    "/impressum",
    "/u/robin",
]
AREA = [
    "/a/alpha/",
    "/a/alpha/?sort=unanswered",
    "/a/alpha/new",
    "/a/alpha/settings",
    "/a/alpha/new-area",
    "/a/alpha/members",
    "/a/alpha/invitations",
    "/a/alpha/log",
    "/a/alpha/plugins",
    "/a/alpha/plugins/polls",
    "/a/alpha/moderation",
    "/a/alpha/polls/",
]


@dataclass
class Site:
    """A small site whose contents are in no language, and its admin."""

    app: Flask
    robin: int
    area: int
    topic: int

    def open(self, path: str, *, status: int = 200) -> Page:
        """Open a page as the admin."""
        answer = login(self.app.test_client(), self.robin).get(path)
        assert answer.status_code == status
        return Page(answer.text)

    def open_as_stranger(self, path: str, language: str) -> Page:
        """Open a page with a browser that asks for the language."""
        headers = {"Accept-Language": f"{language};q=0.9"}
        return Page(self.app.test_client().get(path, headers=headers).text)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(app: Flask, language: str, clock: Callable[[datetime], None]) -> Site:
    robin = make_user(app, "Robin", email="robin@example.org", language=language)
    with app.app_context(), unit():
        promote_user("robin@example.org", "operator")
    area = make_area(app, "Alpha", slug="alpha", summary="Lorem.", members={robin: "admin"})
    switch_plugin(app, area, "polls")
    topic = make_topic(app, area, author=robin, title="Lorem 2027", source="Lorem ipsum dolor.")
    make_post(app, topic.topic_id, author=robin, source="Sit amet.")
    return Site(app, robin, area, topic.topic_id)


@pytest.mark.parametrize("path", STRANGER)
def test_strangers_read_their_language(site: Site, language: str, path: str) -> None:
    page = site.open_as_stranger(path, language)
    assert (page.lang, page.german) == (language, [])


@pytest.mark.parametrize("path", SITE)
def test_pages_of_the_site_speak_the_members_language(site: Site, language: str, path: str) -> None:
    page = site.open(path)
    assert (page.lang, page.german) == (language, [])


@pytest.mark.parametrize("path", AREA)
def test_pages_of_an_area_speak_the_members_language(site: Site, language: str, path: str) -> None:
    page = site.open(path)
    assert (page.lang, page.german) == (language, [])


def test_a_topic_and_its_tools_speak_it(site: Site, language: str) -> None:
    base = f"/t/{site.topic}"
    for tail in (
        "",
        "/p/1/reply",
        "/move",
        "/p/1/menu",
        "/p/1/edit",
        "/p/1/reactions",
        "/p/2/hide",
    ):
        page = site.open(f"{base}{tail}") if tail else site.open(f"{base}-lorem-2027")
        assert (tail, page.lang, page.german) == (tail, language, [])


def test_errors_speak_it(site: Site, language: str) -> None:
    page = site.open("/nowhere", status=404)
    assert (page.lang, page.german) == (language, [])


def test_times_are_told_in_the_language(site: Site, language: str) -> None:
    at = now() + timedelta(hours=4, minutes=5)
    far = at + timedelta(days=400)
    expected = {
        "en": ["today, 14:05", "20 November 2026, 14:05", "20 November", "25 December 2027"],
        "sv": ["i dag kl. 14:05", "20 november 2026 kl. 14:05", "20 november", "25 december 2027"],
    }
    with site.app.app_context(), speaking(language):
        assert [in_words(at), exactly(at), day(at), day(far)] == expected[language]


def test_numbers_are_written_in_the_language(site: Site, language: str) -> None:
    with site.app.app_context(), speaking(language):
        assert number(12345) == {"en": "12,345", "sv": "12\xa0345"}[language]


@pytest.mark.parametrize("letter", ["reset", "invitation", "confirm_registration", "test"])
def test_mails_speak_the_recipients_language(site: Site, language: str, letter: str) -> None:
    values: dict[str, Any] = {
        "name": "Robin",
        "link": "http://localhost/x",
        "until": now(),
        "address": "a@b.org",
    }
    with site.app.app_context():
        subject, text, html = render_mail(f"mail/accounts/{letter}.html", language, **values)
    page = Page(html)
    assert (page.lang, page.german) == (language, [])
    assert Page(f"<p>{subject}</p><p>{text}</p>").german == []


def test_news_by_mail_come_in_the_recipients_language(
    site: Site, language: str, make_app: Callable[..., Flask], smtp_sink: Sink
) -> None:
    app = make_app(smtp_url=smtp_sink.url)
    writer = make_user(app, "Kim", language="de")
    add_member(app, site.area, writer)
    make_post(app, site.topic, author=writer, source="Amet.", parent_seq=1)
    with app.app_context():
        while run_consumers():
            pass
        with freeze(now() + timedelta(minutes=3)):
            run_all()
    [mail] = smtp_sink.messages
    said = {"en": "Kim replied to you", "sv": "Kim svarade dig"}[language]
    assert mail["Subject"] == f"{said}: Lorem 2027 (Alpha)"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    page = Page(html.get_content())
    assert (page.lang, page.german, Page(text.get_content()).german) == (language, [], [])
