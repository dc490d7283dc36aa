"""A small federation with badges switched on in one branch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from forum_badges import operations, queries
from forum_badges.models import Award, Counter, Criterion, Feed, Undone, Version
from forum_badges.queries import AwardRow
from forum_badges.values import Draft, Leaf

from forum.api.data import Scope, unit, unscoped
from forum.core.consumers import run_consumers
from forum.core.runner import run_all
from forum.core.schedules import enqueue_due
from forum.plugin import EventRef
from forum.testing.builders import (
    acting,
    login,
    looking,
    make_area,
    make_user,
    switch_plugin,
)
from forum.testing.fixtures import BuildOnce

WRITTEN = "discussions.post_created"


@dataclass
class Workshop:
    """A federation with a workshop below it; badges are on everywhere but next door."""

    app: Flask
    anke: int
    deniz: int
    admin: int
    stranger: int
    root: int
    here: int
    below: int
    next_door: int

    @contextmanager
    def acting(self, user: int, area: int | None = None) -> Iterator[Scope]:
        """Write as a member."""
        with acting(self.app, user, area or self.here) as scope:
            yield scope

    def make(self, *leaves: Leaf, name: str = "Robotik-Einsteiger:in", **more: Any) -> int:
        """Make a badge as the admin does."""
        area = more.pop("area", None)
        with self.acting(self.admin, area) as scope:
            draft = Draft(name, "Kann einen Roboter bauen.", "Dreimal dabei sein.", leaves=leaves)
            return operations.create_achievement(scope, draft)

    def give(self, badge: int, *users: int, by: int | None = None) -> int:
        """Give a badge by hand."""
        with self.acting(by or self.admin) as scope:
            return operations.give_badge(scope, badge, user_ids=users)

    def hold(self, *users: int, subject: str = "Robotik", at: datetime) -> int:
        """Let a session have taken place with these members."""
        with self.acting(self.admin) as scope:
            held = operations.create_session(
                scope, title="Löten für Einsteiger:innen", subject=subject, held_at=at
            )
            operations.record_attendance(scope, held, user_ids=users)
        self.work()
        return held

    def event(
        self,
        number: int,
        user: int,
        area: int,
        *,
        at: datetime,
        name: str = WRITTEN,
        topic: int = 1,
        origin: Any = "member",
        **payload: object,
    ) -> EventRef:
        """Make an event as the log has it."""
        said = {"topic_id": topic, "post_id": number, "seq": 1, "author_id": user, **payload}
        return EventRef(
            id=number,
            name=name,
            at=at,
            area_id=area,
            actor_id=user,
            origin=origin,
            payload=said,
        )

    def hear(self, *events: EventRef) -> None:
        """Deliver events, each in a unit of its own as the worker does."""
        for event in events:
            with self.app.app_context(), unit():
                operations.handle_event(event)

    def awards(self, user: int) -> list[AwardRow]:
        """Return what a member has."""
        with looking(self.app, user, self.here):
            return queries.list_own(user)

    def names(self, user: int) -> list[str]:
        """Return what a member has, by name."""
        return sorted(one.name for one in self.awards(user) if one.revoked_at is None)

    def rows(self) -> set[tuple[int, int, datetime]]:
        """Return all awards that nobody doubts: which badge, whose, since when."""
        wanted = sa.select(Award.achievement_id, Award.user_id, Award.event_at)
        wanted = wanted.where(Award.doubted_at.is_(None))
        with self.app.app_context(), unscoped("tests look") as session:
            return {(row[0], row[1], row[2]) for row in session.execute(wanted)}

    def counters(self, badge: int | None = None) -> set[tuple[int, int, int]]:
        """Return all counters, or those of one badge."""
        wanted = (
            sa.select(Counter.criterion_id, Counter.user_id, Counter.value)
            .join(Criterion, Criterion.id == Counter.criterion_id)
            .join(Version, Version.id == Criterion.version_id)
        )
        if badge is not None:
            wanted = wanted.where(Version.achievement_id == badge)
        with self.app.app_context(), unscoped("tests look") as session:
            return {(row[0], row[1], row[2]) for row in session.execute(wanted)}

    def doubts(self) -> set[tuple[int, int]]:
        """Return which awards wait for a decision: which badge, whose."""
        wanted = sa.select(Award.achievement_id, Award.user_id)
        wanted = wanted.where(Award.doubted_at.is_not(None), Award.revoked_at.is_(None))
        with self.app.app_context(), unscoped("tests look") as session:
            return {(row[0], row[1]) for row in session.execute(wanted)}

    def forget(self, models: Sequence[Any] = (Award, Counter)) -> None:
        """Delete rows, to have them made anew."""
        with self.app.app_context(), unit(), unscoped("tests tidy up") as session:
            for model in models:
                session.execute(sa.delete(model))

    def forget_all(self) -> None:
        """Delete the feed too."""
        self.forget((Award, Counter, Feed, Undone))

    def backfill(self, badge: int) -> int:
        """Award a badge over everything that was."""
        with self.app.app_context(), unit():
            return operations.backfill(badge)

    def client(self, user: int | None = None) -> FlaskClient:
        """A browser, signed in as a member or not at all."""
        browser = self.app.test_client()
        return login(browser, user) if user is not None else browser

    def post(self, client: FlaskClient, path: str, **fields: Any) -> Any:
        """Send a form as a browser does, and go where it leads."""
        found = re.search(
            r'name="csrf_token" value="([^"]+)"', client.get("/settings/display").text
        )
        assert found is not None
        data = {"csrf_token": found[1], **fields}
        return client.post(path, data=data, follow_redirects=True)

    def work(self) -> None:
        """Let the worker do what is due."""
        with self.app.app_context():
            while run_consumers():
                pass
            enqueue_due()
            run_all()


@pytest.fixture
def shop(clock: Callable[[datetime], None], build_once: BuildOnce) -> Workshop:
    """The workshop on the database at hand, at a standing clock."""
    return build_once(found_workshop)


def found_workshop(app: Flask) -> Workshop:
    """Make the areas and who belongs to them."""
    anke, deniz, admin, stranger = (
        make_user(app, name) for name in ("Anke Albers", "Deniz Kaya", "Heike Otten", "Silke Fremd")
    )
    root = make_area(app, "Bund")
    members: Any = {anke: "member", deniz: "member", admin: "admin"}
    here = make_area(app, "Werkstatt", parent=root, members=members)
    below = make_area(app, "Robotik-Gruppe", parent=here, members=members)
    next_door = make_area(app, "Nachbarkreis", parent=root, members=members)
    for area in (root, here, below):
        switch_plugin(app, area, "badges")
    switch_plugin(app, next_door, "badges", state="off")
    made = Workshop(app, anke, deniz, admin, stranger, root, here, below, next_door)
    made.work()  # the worker hears what happens from its first turn on
    return made
