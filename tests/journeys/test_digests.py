"""Walks of busy and inactive members (BUS1, BUS2) and the links of their mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from forum_digest import operations

from forum.accounts.models import User
from forum.api.data import Viewer, as_viewer, get_scope_by_id, unit, unscoped
from forum.areas.operations import leave_area
from forum.core.database import db
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
from tests.journeys.links import find_effects, list_links

FOUNDED = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AT = User.last_seen_at.type


@dataclass
class Place:
    """An open area and a closed one; Carsten has no time."""

    app: Flask
    sink: Sink
    carsten: int
    root: int
    open: int
    closed: int

    def work(self, times: int = 3) -> list[EmailMessage]:
        """Let the worker run; return Carsten's digests."""
        for _ in range(times):
            with self.app.app_context():
                operations.take_turn([self.root, self.open, self.closed])
                run_all()
        return [mail for mail in self.sink.messages if mail["List-Id"]]


@pytest.fixture
def place(
    share_app: Callable[..., Flask], smtp_sink: Sink, clock: Callable[[datetime], None]
) -> Place:
    """The place three weeks ago, when Carsten was there last."""
    clock(FOUNDED)
    app = share_app(smtp_url=smtp_sink.url, public_url="http://localhost")
    anke, carsten = make_user(app, "Anke Albers"), make_user(app, "Carsten Voß")
    people: Any = {anke: "member", carsten: "member"}
    root = make_area(app, "Bund", everyone=True)
    here = make_area(app, "Kreis", slug="kreis", parent=root, members=people)
    closed = make_area(app, "Vorstand", parent=root, members=people, visibility="hidden")
    switch_plugin(app, root, "digest")
    clock(FOUNDED + 8 * DAY)
    for number in range(9):
        author = make_user(app, f"Frau {number}")
        add_member(app, here, author)
        make_topic(app, here, author=author, title=f"Offenes Thema {number}")
    topic = make_topic(app, closed, author=anke, title="Vertrauliches")
    for _ in range(3):
        make_post(app, topic.topic_id, author=anke)
    with app.app_context(), unit(), unscoped("tests") as session:
        mine = User.id == carsten
        seen = sa.case((mine, sa.literal(FOUNDED, AT)), else_=sa.literal(FOUNDED + 60 * DAY, AT))
        session.execute(sa.update(User).values(last_seen_at=seen))
    return Place(app, smtp_sink, carsten, root, here, closed)


def plain(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_bus1_who_was_away_gets_one_mail_of_few_things(
    place: Place, clock: Callable[[datetime], None]
) -> None:
    """Not seen for 21 days: one mail, at most seven things, each permitted, each link opens."""
    clock(FOUNDED + 21 * DAY)
    place.work()
    clock(FOUNDED + 29 * DAY)
    place.work()
    clock(FOUNDED + 29 * DAY + timedelta(minutes=10))
    [mail] = place.work()
    browser = login(place.app.test_client(), place.carsten)
    links = list_links(mail)
    assert 1 <= sum("/t/" in link for link in links) <= 7
    for link in links:
        assert browser.get(urlsplit(link).path, follow_redirects=True).status_code == 200


def test_bus2_who_was_removed_meanwhile_reads_nothing_of_it(
    place: Place, clock: Callable[[datetime], None]
) -> None:
    """Queued with something of a closed area, removed, sent: nothing of it is in the mail."""
    clock(FOUNDED + 21 * DAY)
    areas = [place.root, place.open, place.closed]
    with place.app.app_context():
        operations.take_turn(areas)
    clock(FOUNDED + 29 * DAY)
    with place.app.app_context():
        operations.take_turn(areas)
    with place.app.app_context(), unit(), as_viewer(Viewer(place.carsten)):
        leave_area(get_scope_by_id(Viewer(place.carsten), place.closed))
    for minutes in (0, 10, 20):
        clock(FOUNDED + 29 * DAY + timedelta(minutes=minutes))
        place.work()
    mails = place.work()
    assert len(mails) == 1
    assert "Vertrauliches" not in mails[0].as_string()
    assert "Offenes Thema" in plain(mails[0])


def test_links_of_a_mail_change_nothing_when_programs_follow_them(
    place: Place, clock: Callable[[datetime], None]
) -> None:
    """Every link of the mail, opened by nobody known: not a row changes."""
    clock(FOUNDED + 21 * DAY)
    place.work()
    for minutes in (0, 10):
        clock(FOUNDED + 29 * DAY + timedelta(minutes=minutes))
        place.work()
    mails = list(place.sink.messages)
    links = sorted({link for mail in mails for link in list_links(mail)})
    kinds = {re.sub(r"\d+.*", "", urlsplit(link).path) for link in links}
    assert kinds >= {"/t/", "/digest/stop/", "/digest/"}, kinds
    assert find_effects(place.app, links) == []


def test_a_link_that_changes_something_or_fails_is_found(make_app: Callable[..., Flask]) -> None:
    """The check of links would tell: one that ends digests on GET, one that is broken."""
    app = make_app()
    member = make_user(app, "Anke Albers")

    def end_at_once() -> str:
        with db.engines[None].begin() as connection:
            connection.execute(sa.delete(User).where(User.id == member))
        return "Beendet."

    app.add_url_rule("/end", view_func=end_at_once)
    mail = EmailMessage()
    mail["List-Unsubscribe"] = "<mailto:x@localhost>, <http://localhost/end?a=1>"
    mail.set_content("Mehr: http://localhost/logout")
    mail.add_alternative('<a href="http://localhost/login?next=/&amp;a=1">x</a>', subtype="html")
    links = list_links(mail)
    assert [link.removeprefix("http://localhost") for link in links] == [
        "/end?a=1",
        "/login?next=/&a=1",
        "/logout",
    ]
    found = find_effects(app, links)
    assert found[-2:] == [f"{links[2]}: {method} answers 405" for method in ("HEAD", "GET")]
    assert any(one.startswith(f"{links[0]}: user/{member}") for one in found)
    assert not any(one.startswith(links[1]) for one in found)
