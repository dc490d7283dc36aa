"""The ground that every other test stands on: databases, clock, services."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.core import clock as core_clock
from forum.core.database import db, read_unit, unit
from forum.testing.databases import KINDS, Ground
from forum.testing.services.smtp import Sink


def _add_user(handle: str) -> int:
    with unit() as session:
        user = User(handle=handle, name=handle, created_at=core_clock.now())
        session.add(user)
        session.flush()
        return user.id


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_starts_on_an_empty_database(app: Flask, turn: int) -> None:
    with app.app_context():
        with read_unit() as session:
            assert session.scalar(sa.select(sa.func.count(User.id))) == 0
        assert _add_user("anna") == 1


def test_app_stands_on_the_database_at_hand(app: Flask, any_database: Ground) -> None:
    with app.app_context():
        assert db.engines[None].dialect.name == any_database.kind


@pytest.mark.database("sqlite")
def test_marked_test_runs_on_that_kind_only(app: Flask) -> None:
    with app.app_context():
        assert db.engines[None].dialect.name == "sqlite"


def test_further_app_shares_the_database(app: Flask, make_app: Callable[..., Flask]) -> None:
    with app.app_context():
        _add_user("anna")
    other = make_app(site_name="Andere")
    with other.app_context(), read_unit() as session:
        assert session.scalars(sa.select(User.handle)).all() == ["anna"]
    assert other.config["FORUM"].site_name == "Andere"


def test_statements_counts_without_frames(
    app: Flask, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    def act() -> None:
        with unit() as session, session.begin_nested():
            session.execute(sa.select(User.id))

    with app.app_context():
        sent = statements(act)
    assert len(sent) == 1


def test_clock_stands_still_and_moves(clock: Callable[[datetime], None]) -> None:
    first = core_clock.now()
    assert core_clock.now() == first
    later = datetime(2027, 1, 1, tzinfo=UTC)
    clock(later)
    assert core_clock.now() == later


def test_smtp_sink_keeps_parsed_messages(smtp_sink: Sink) -> None:
    port = int(smtp_sink.url.rpartition(":")[2])
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail("a@example.org", ["b@example.org"], b"Subject: Hallo\n\nText\n")
    (message,) = smtp_sink.wait_for(1)
    assert (message["subject"], smtp_sink.recipients) == ("Hallo", [("b@example.org",)])


def test_redis_is_empty_and_real(redis_url: str) -> None:
    import redis

    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0


def test_browser_shows_a_page(page: object) -> None:
    page.set_content("<title>Verband</title>")  # type: ignore[attr-defined]
    assert page.title() == "Verband"  # type: ignore[attr-defined]


def test_kinds_are_the_two_databases() -> None:
    assert KINDS == ("sqlite", "postgresql")
