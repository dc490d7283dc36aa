"""The federation of the tests of discussions, with mailboxes and a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from forum.accounts.models import User
from forum.accounts.passwords import hash_password
from forum.areas.operations import remove_member, set_role
from forum.areas.queries import get_scope, get_system_scope
from forum.areas.scope import SYSTEM, Role
from forum.core.consumers import run_consumers
from forum.core.database import unit, unscoped
from forum.core.jobs import JobRow
from forum.core.runner import run_all
from forum.core.wall import as_viewer
from forum.discussions import operations
from forum.notifications.models import Notification
from forum.notifications.queries import Entry, count_unread, list_inbox
from forum.testing.services.smtp import Sink
from forum.web.pagination import Cut
from tests.forum.accounts.visitor import PASSWORD, Visitor
from tests.forum.discussions.world import World, build_world

MOMENT = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
LATER = MOMENT + timedelta(minutes=3)


def build_world_with_mailboxes(app: Flask) -> World:
    """Let the members of the world have addresses and passwords."""
    world = build_world(app)
    with app.app_context(), unit() as session:
        mailbox = {"email": User.handle + "@example.org", "password_hash": hash_password(PASSWORD)}
        session.execute(sa.update(User).values(**mailbox))
    return world


class Browser(Visitor):
    """A browser that takes the whole answer, so that what waits for its end happens."""

    def see(self, path: str, *, status: int = 200) -> str:
        """Open a page and return it."""
        answer = self.client.get(path)
        assert answer.status_code == status
        text = answer.text
        answer.close()
        return text


class PostOffice:
    """Acts in a world, lets the worker run, looks into inboxes and mailboxes."""

    def __init__(self, world: World, sink: Sink, move: Callable[[datetime], None]) -> None:
        self.world = world
        self.app: Flask = world.app
        self.sink = sink
        self.move = move

    def minute(self, number: int) -> None:
        """Let it be so many minutes after the beginning."""
        self.move(MOMENT + timedelta(minutes=number))

    def take_smtp_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the forum have no mail server until the test ends."""
        without = self.app.config["FORUM"].model_copy(update={"smtp_url": SecretStr("")})
        monkeypatch.setitem(self.app.config, "FORUM", without)

    def work(self) -> None:
        """Let the worker read the log to its end."""
        with self.app.app_context():
            while run_consumers():
                pass

    def deliver(self, at: datetime = LATER) -> list[EmailMessage]:
        """Let time pass and the worker do its jobs; return all mail that has arrived."""
        self.work()
        self.move(at)
        with self.app.app_context():
            run_all()
            failed = self.world.rows(sa.select(JobRow.name, JobRow.error).where(JobRow.error != ""))
        assert failed == []
        return list(self.sink.messages)

    def inbox(self, name: str) -> list[Entry]:
        """Return what a member finds in the inbox."""
        return self.world.seeing(name, lambda viewer: list_inbox(viewer, Cut(limit=100))).items

    def kinds(self, name: str) -> list[str]:
        """Return the kinds in the inbox."""
        return [entry.kind for entry in self.inbox(name)]

    def bell(self, name: str) -> int:
        """Return the counter on the bell, which must equal a recount."""
        user_id = self.world.users[name]
        counter = sa.select(User.unread_notifications).where(User.id == user_id)
        shown: int = self.world.rows(counter)[0][0]
        assert shown == self.world.seeing(name, count_unread)
        assert shown == len([entry for entry in self.inbox(name) if entry.unread])
        return shown

    def rows(self, name: str) -> int:
        """Count what is stored for a member, shown or not."""
        mine = sa.select(Notification.id).where(Notification.user_id == self.world.users[name])
        return len(self.world.rows(mine))

    def browser(self, name: str) -> Browser:
        """Return a browser in which a member is signed in."""
        browser = Browser(self.app.test_client())
        assert browser.sign_in(f"{name}@example.org").status_code == 303
        return browser

    def move_topic(self, topic_id: int, source: str, target: str) -> None:
        """Let the moderator move a topic."""
        with self.world.acting("moderatorin", source) as scope:
            there = get_scope(scope.viewer, target)
            operations.move_topic(scope, topic_id, target=there)

    def join(self, name: str, slug: str, role: Role = "member") -> None:
        """Let the system make somebody a member."""
        with self.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
            set_role(get_system_scope(slug), self.world.users[name], role=role)

    def leave(self, name: str, slug: str) -> None:
        """Let the system end a membership."""
        with self.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
            remove_member(get_system_scope(slug), self.world.users[name])

    def change(self, statement: sa.Update) -> None:
        """Change rows past all rules."""
        with self.app.app_context(), unit(), unscoped("tests change what they like") as session:
            session.execute(statement)
