"""Consumers: every event once in effect, in order, whoever fails, races or commits late."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import clock as core_clock
from forum.core import consumers
from forum.core.consumers import (
    Consumer,
    EventFailure,
    register_consumer,
    run_consumers,
    skip_events,
)
from forum.core.database import db, read_unit, unit
from forum.core.errors import NotFound
from forum.core.events import Event, StoredEvent, append
from tests.forum.core.conftest import list_notes, note

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Move = Callable[[datetime], None]


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    name: ClassVar[str] = "tests.thing_happened"
    number: int


@dataclass(frozen=True, kw_only=True)
class Ignored(Event):
    name: ClassVar[str] = "tests.thing_ignored"


def happen(*numbers: int) -> None:
    with unit():
        append(*(Happened(number=number) for number in numbers))


def write_down(batch: list[StoredEvent]) -> None:
    for event in batch:
        note(str(event.payload["number"]))


def drain(limit: int = 100) -> int:
    passed = 0
    for _ in range(limit):
        found = run_consumers()
        passed += found
        if not found:
            break
    return passed


def test_skipped_history_is_nobodys_news(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down))
    happen(1, 2)
    with unit():
        skip_events("writer")
    happen(3)
    assert drain() == 1
    assert list_notes() == ["3"]
    with unit():
        skip_events()
    assert drain() == 0


def test_events_come_in_order_and_once(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down, batch=2))
    happen(1, 2)
    happen(3)
    assert drain() == 3
    assert drain() == 0
    happen(4)
    drain()
    assert list_notes() == ["1", "2", "3", "4"]


def test_each_consumer_has_its_own_place(site: Flask) -> None:
    register_consumer(Consumer("one", write_down))
    happen(1)
    drain()
    register_consumer(Consumer("two", write_down))
    happen(2)
    drain()
    assert sorted(list_notes()) == ["1", "1", "2", "2"]


def test_a_consumer_may_begin_with_what_comes(site: Flask) -> None:
    happen(1)
    register_consumer(Consumer("later", write_down, start="now"))
    drain()
    happen(2)
    drain()
    assert list_notes() == ["2"]


def test_a_consumer_gets_only_the_events_it_names(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down, events=frozenset({Happened.name})))
    with unit():
        append(Ignored(), Happened(number=1), Ignored())
    assert drain() == 3
    assert list_notes() == ["1"]


def test_an_event_of_a_rolled_back_transaction_does_not_exist(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down))

    def fail() -> None:
        with unit():
            append(Happened(number=1))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert drain() == 0


def test_one_bad_event_is_tried_skipped_and_written_down(site: Flask, clock: Move) -> None:
    bad = [2]

    def handle(batch: list[StoredEvent]) -> None:
        for event in batch:
            if event.payload["number"] in bad:
                note("half")
                raise RuntimeError("cannot digest")
            note(str(event.payload["number"]))

    register_consumer(Consumer("picky", handle))
    happen(1, 2, 3)
    moment = MOMENT
    for _ in range(consumers.TRIES):
        assert list_notes() in ([], ["1"])
        run_consumers()
        moment += timedelta(minutes=1)
        clock(moment)
    drain()
    assert list_notes() == ["1", "3"]
    with read_unit() as session:
        failure = session.scalars(sa.select(EventFailure)).one()
        assert (failure.consumer, failure.event_name) == ("picky", Happened.name)
        assert failure.error.splitlines()[0] == "RuntimeError: cannot digest"
        assert [lag.skipped for lag in consumers.list_lags()] == [1]
    bad.clear()
    with unit():
        consumers.replay_event(failure.id)
    assert list_notes() == ["1", "3", "2"]
    with pytest.raises(NotFound), unit():
        consumers.replay_event(failure.id)


def test_a_failure_is_not_tried_again_at_once(site: Flask, clock: Move) -> None:
    calls = []

    def handle(batch: list[StoredEvent]) -> None:
        calls.append(len(batch))
        raise RuntimeError("down")

    register_consumer(Consumer("broken", handle))
    happen(1)
    run_consumers()
    run_consumers()
    assert calls == [1]
    clock(MOMENT + timedelta(seconds=2))
    run_consumers()
    assert calls == [1, 1]


def test_a_consumer_without_transaction_may_open_units(site: Flask) -> None:
    def handle(batch: list[StoredEvent]) -> None:
        with unit():
            write_down(batch)

    register_consumer(Consumer("index", handle, transaction=False))
    happen(1, 2)
    assert drain() == 2
    assert list_notes() == ["1", "2"]


@pytest.mark.parametrize("transaction", [True, False])
def test_workers_at_the_same_time_take_every_event_once(site: Flask, transaction: bool) -> None:
    def handle(batch: list[StoredEvent]) -> None:
        with unit():
            write_down(batch)

    register_consumer(
        Consumer("writer", write_down if transaction else handle, batch=3, transaction=transaction)
    )
    happen(*range(60))
    start = threading.Barrier(4)

    def work() -> None:
        with site.app_context():
            start.wait()
            for _ in range(30):
                run_consumers()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain()
    assert list_notes() == [str(number) for number in range(60)]


@pytest.mark.database("postgresql")
def test_an_event_that_commits_late_is_not_skipped(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down))
    written, go = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with site.app_context(), unit():
            append(Happened(number=1))
            db.session.flush()
            written.set()
            go.wait(10)

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(10)
    happen(2)  # a later id, committed earlier
    drain()
    assert list_notes() == []  # nobody passes the one that is still writing
    go.set()
    slow.join()
    drain()
    assert list_notes() == ["1", "2"]


def test_the_lag_is_told(site: Flask) -> None:
    register_consumer(Consumer("writer", write_down))
    with read_unit():
        assert [(lag.name, lag.events) for lag in consumers.list_lags()] == [("writer", 0)]
    before = core_clock.now()
    happen(1, 2)
    with read_unit():
        (lag,) = consumers.list_lags()
    assert lag.events == 2
    assert lag.since is not None
    assert lag.since >= before
    drain()
    with read_unit():
        (lag,) = consumers.list_lags()
    assert (lag.events, lag.since, lag.failures, lag.skipped) == (0, None, 0, 0)
