"""A small federation with digests on, a mail server that keeps what it gets, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from forum_digest import operations
from forum_digest.links import make_stop_path
from forum_digest.models import Issue, Pref, SentItem, Suppression
from forum_digest.operations import Wish

from forum.accounts.models import User
from forum.api.data import Viewer, as_viewer, unit, unscoped
from forum.core import clock as core_clock
from forum.core.consumers import run_consumers
from forum.core.mail import Mail, resume_mail
from forum.core.runner import run_all
from forum.testing.builders import (
    login,
    make_area,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.fixtures import BuildOnce
from forum.testing.services.smtp import Sink

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""When the town is founded; its members choose Mondays at nine, Berlin: that was an hour ago."""
WEEK = timedelta(days=7)
WEEKLY = Wish(freq="weekly", weekday=0, hour=9)


@dataclass
class Town:
    """An open area and a closed one below a federation; digests are on everywhere."""

    app: Flask
    sink: Sink
    move: Callable[[datetime], None]
    anke: int
    deniz: int
    chair: int
    root: int
    open: int
    closed: int

    def choose(self, user: int, wish: Wish = WEEKLY) -> None:
        """Choose as the form does; the clock goes on by a second."""
        with self.app.app_context(), unit(), as_viewer(Viewer(user)):
            operations.set_preferences(Viewer(user), wish)
        self.move(core_clock.now() + timedelta(seconds=1))

    def write(self, title: str, *, area: int | None = None, author: int | None = None) -> Any:
        """Start a topic."""
        return make_topic(
            self.app, area or self.open, author=author or self.deniz, title=title, source="Text."
        )

    def reply(self, topic_id: int, author: int, text: str = "Antwort.") -> Any:
        """Answer in a topic."""
        return make_post(self.app, topic_id, author=author, source=text)

    def was_here(self, user: int, at: datetime) -> None:
        """Say when a member was here last."""
        with self.app.app_context(), unit(), unscoped("tests") as session:
            session.execute(sa.update(User).where(User.id == user).values(last_seen_at=at))

    def areas(self) -> list[int]:
        """Return where digests are looked at."""
        return [self.root, self.open, self.closed]

    def turn(self, *areas: int) -> None:
        """Let one turn of the schedule happen."""
        with self.app.app_context():
            operations.take_turn(areas or self.areas())

    def plan(self) -> None:
        """Plan what is due."""
        with self.app.app_context():
            operations.plan_digests(self.root)

    def compose(self) -> None:
        """Make what is planned."""
        with self.app.app_context():
            operations.compose_digests(self.areas(), self.root)

    def send(self) -> Sequence[EmailMessage]:
        """Let the outbox hand over what waits, and the digests hear of it; return what arrived."""
        with self.app.app_context():
            run_all()
            operations.settle_digests()
        return list(self.sink.messages)

    def pass_week(self) -> None:
        """Go on by a week."""
        self.move(core_clock.now() + WEEK)

    def issues(self, user: int | None = None) -> list[tuple[str, str]]:
        """Return state and reason of digests, the oldest first."""
        wanted = sa.select(Issue.state, Issue.reason).order_by(Issue.id)
        if user is not None:
            wanted = wanted.where(Issue.user_id == user)
        return [tuple(row) for row in self.rows(wanted)]  # type: ignore[misc]

    def rows(self, wanted: Any) -> Sequence[Any]:
        """Ask past the wall."""
        with self.app.app_context(), unscoped("tests look") as session:
            return session.execute(wanted).all()

    def pref(self, user: int) -> Any:
        """Return what is kept of a member's choice."""
        columns = list(sa.inspect(Pref).columns)
        found = self.rows(sa.select(*columns).where(Pref.user_id == user))
        return found[0] if found else None

    def mails(self) -> Sequence[Any]:
        """Return what lies in the outbox."""
        return self.rows(
            sa.select(Mail.state, Mail.subject, Mail.message_id, Mail.text).order_by(Mail.id)
        )

    def count_rows(self) -> Mapping[str, int]:
        """Count the rows of every table of the plugin."""
        return {
            model.__tablename__: self.rows(sa.select(sa.func.count()).select_from(model))[0][0]
            for model in (Pref, Issue, SentItem, Suppression)
        }

    def stop_path(self, user: int) -> str:
        """Return the path behind a member's link that ends digests."""
        with self.app.app_context():
            return make_stop_path(user)

    def hear(self) -> None:
        """Let notifications be made of what happened."""
        with self.app.app_context():
            while run_consumers():
                pass

    def forget_handing_over(self) -> None:
        """Bring a sent mail back to where a worker was killed after the server's yes."""
        with self.app.app_context(), unit(), unscoped("tests") as session:
            [mail] = self.sink.messages
            parts = {"text": self.text(mail), "html": self.html(mail)}
            session.execute(sa.update(Mail).values(state="waiting", finished_at=None, **parts))
            headers = {name: mail[name] for name in ("List-Id", "Precedence")}
            session.execute(sa.update(Mail).values(headers=headers))
            session.execute(sa.update(Issue).values(state="composed"))
            resume_mail()

    @property
    def start(self) -> datetime:
        """The moment of the founding."""
        return MONDAY

    def text(self, mail: EmailMessage) -> str:
        """Return the plain text of a mail."""
        return _part(mail, "plain")

    def html(self, mail: EmailMessage) -> str:
        """Return the HTML of a mail."""
        return _part(mail, "html")

    def client(self, user: int | None = None) -> FlaskClient:
        """A browser, signed in or not."""
        browser = self.app.test_client()
        return login(browser, user) if user is not None else browser


@pytest.fixture
def town(
    share_app: Callable[..., Flask],
    build_once: BuildOnce,
    smtp_sink: Sink,
    clock: Callable[[datetime], None],
) -> Town:
    """The town on the database at hand, its clock at noon of a Monday."""
    clock(MONDAY)
    app = share_app(smtp_url=smtp_sink.url, mail_from="forum@example.org")
    ids = build_once(found_town, on=app)
    return Town(app, smtp_sink, clock, **ids)


def found_town(app: Flask) -> dict[str, int]:
    """Make the areas and who belongs to them."""
    anke, deniz, chair = (make_user(app, n) for n in ("Anke Albers", "Deniz Kaya", "Heike Otten"))
    root = make_area(app, "Bund", everyone=True)
    people: Any = {anke: "member", deniz: "member", chair: "admin"}
    open_area = make_area(app, "Kreis", parent=root, members=people)
    closed = make_area(app, "Vorstand", parent=root, members=people, visibility="hidden")
    switch_plugin(app, root, "digest")
    return {
        "anke": anke,
        "deniz": deniz,
        "chair": chair,
        "root": root,
        "open": open_area,
        "closed": closed,
    }


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
