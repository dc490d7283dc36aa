"""Schedules: due once, made up once, never twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from forum.core.runner import run_all
from forum.core.schedules import enqueue_due, register_schedule
from tests.forum.core.conftest import list_notes, note

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Move = Callable[[datetime], None]


def test_a_schedule_runs_at_the_first_start_and_then_every_so_often(
    site: Flask, clock: Move
) -> None:
    register_schedule("tick", timedelta(hours=1), lambda: note("tick"))
    assert enqueue_due() == ["tick"]
    assert enqueue_due() == []
    run_all()
    clock(MOMENT + timedelta(minutes=59))
    assert enqueue_due() == []
    clock(MOMENT + timedelta(minutes=60))
    assert enqueue_due() == ["tick"]
    run_all()
    assert list_notes() == ["tick", "tick"]


def test_missed_times_are_made_up_once(site: Flask, clock: Move) -> None:
    register_schedule("tick", timedelta(hours=1), lambda: note("tick"))
    enqueue_due()
    run_all()
    clock(MOMENT + timedelta(hours=9, minutes=30))
    assert enqueue_due() == ["tick"]
    assert enqueue_due() == []
    clock(MOMENT + timedelta(hours=10))
    assert enqueue_due() == []


def test_a_schedule_that_has_not_run_yet_is_not_enqueued_twice(site: Flask, clock: Move) -> None:
    register_schedule("tick", timedelta(hours=1), lambda: note("tick"))
    enqueue_due()
    clock(MOMENT + timedelta(hours=2))
    enqueue_due()
    assert run_all() == 1


def test_workers_at_the_same_moment_enqueue_one_job(site: Flask) -> None:
    register_schedule("tick", timedelta(hours=1), lambda: note("tick"))
    start = threading.Barrier(6)
    taken: list[list[str]] = []

    def work() -> None:
        with site.app_context():
            start.wait()
            taken.append(enqueue_due())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [[]] * 5 + [["tick"]]
    assert run_all() == 1
