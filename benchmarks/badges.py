"""Badges: awarding over 200,000 events in one statement, and signing what was awarded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from forum_badges import operations
from forum_badges.compiling import make_awards
from forum_badges.models import Criterion, Feed, Version
from forum_badges.queries import list_own
from forum_badges.values import Draft, Leaf

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.accounts.models import User
from forum.areas.queries import get_system_scope
from forum.core.clock import now
from forum.core.database import refresh_statistics, unit, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.testing.builders import make_area, switch_plugin
from forum.testing.databases import dispose

EVENT: Final = "discussions.post_created"
LEAST: Final = 50
BATCH: Final = 10_000
SIGNED: Final = 40
_START: Final = datetime(2020, 1, 1, tzinfo=UTC)


def measure_badges(ground: Ground, *, events: int) -> list[Figure]:
    """Fill the feed, award a badge for the n-th event to everybody, again, and sign some."""
    app = ground.make_app()
    area = make_area(app, "Abzeichen", slug="abzeichen-messung")
    switch_plugin(app, area, "badges")
    figures = measure_in(app, area, events=events)
    dispose(app)
    return figures


def measure_in(app: Flask, area: int, *, events: int) -> list[Figure]:
    """Measure in an area where badges are on."""
    with app.app_context(), unit(), unscoped("benchmarks fill the feed") as session:
        users = list(session.scalars(sa.select(User.id).order_by(User.id).limit(2_000)))
        _fill(session, area, users, events=events)
    with app.app_context():
        with unit():
            refresh_statistics()
        with unit(), as_viewer(Viewer(users[0])):
            leaf = Leaf(kind="count", event="areas.area_archived", least=LEAST)
            badge = operations.create_achievement(
                get_system_scope(area), Draft("Fleißig", "Schreibt.", "Schreiben.", leaves=[leaf])
            )
    first, given = _award(app, badge)
    second, again = _award(app, badge)
    note = f"{given} of {len(users)} awarded over {events} events, again {again} in {second:.2f} s"
    return [
        Figure("badges_backfill", (first,), note),
        Figure("badges_again", (float(again),), "rows"),
        Figure("badges_sign", _sign(app, users, badge), "credentials, the first time"),
    ]


def _fill(session: Any, area: int, users: list[int], *, events: int) -> None:
    row = {"name": EVENT, "area_id": area, "topic_id": None, "fields": {"kind": "x"}}
    for start in range(0, events, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, events)):
            at = _START + timedelta(minutes=number)
            user = users[number * 7919 % len(users)]
            rows.append({**row, "event_id": -number - 1, "user_id": user, "at": at})
            rows[-1]["day"] = at.date()
        session.execute(sa.insert(Feed), rows)


def _award(app: Flask, badge: int) -> tuple[float, int]:
    """Run the one statement; return its seconds and how many rows it wrote."""
    with app.app_context(), unit(), unscoped("benchmarks award") as session:
        wanted = sa.update(Criterion).where(
            Criterion.version_id.in_(sa.select(Version.id).where(Version.achievement_id == badge))
        )
        session.execute(wanted.values(event=EVENT))
        criteria = session.scalars(
            sa.select(Criterion).join(Version).where(Version.achievement_id == badge)
        ).all()
        start = perf_counter()
        statement = make_awards(session, criteria, achievement_id=badge, at=now())
        rows = session.execute(statement).all()
        return perf_counter() - start, len(rows)


def _sign(app: Flask, users: list[int], badge: int) -> tuple[float, ...]:
    spans = []
    with app.app_context(), unit():
        for user in users[: SIGNED + 1]:
            for award in list_own(user):
                if award.achievement_id == badge:
                    start = perf_counter()
                    operations.issue(award)
                    spans.append((perf_counter() - start) * 1_000)
    return tuple(spans[1:])  # the first makes the issuer and its key
