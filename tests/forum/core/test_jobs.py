"""Jobs: what callers see. Written with the transaction, merged by key, replayed, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import clock as core_clock
from forum.core import jobs
from forum.core.database import read_unit, unit
from forum.core.errors import Conflict, NotFound
from forum.core.jobs import JobRow, enqueue, register_job
from forum.core.runner import claim_job, run_all, run_next
from tests.forum.core.conftest import list_notes, note

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def state_of(job_id: int) -> str:
    with read_unit() as session:
        return session.execute(sa.select(JobRow.state).where(JobRow.id == job_id)).scalar_one()


def list_failed() -> list[int]:
    with read_unit():
        return [job.id for job in jobs.list_failed_jobs()]


def put(name: str, **options: object) -> int:
    with unit():
        return enqueue(name, **options)  # type: ignore[arg-type]


def test_a_job_of_a_rolled_back_transaction_does_not_exist(site: Flask) -> None:
    register_job("note", note)

    def fail() -> None:
        with unit():
            enqueue("note", args={"subject": "never"})
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert run_all() == 0
    assert list_notes() == []


def test_a_job_runs_once_with_its_arguments(site: Flask) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "a"})
    assert run_all() == 1
    assert list_notes() == ["a"]
    assert state_of(job_id) == "done"


def test_a_name_nobody_registered_is_refused_when_it_is_written(site: Flask) -> None:
    with pytest.raises(KeyError):
        put("nobody")


def test_a_name_is_registered_once(site: Flask) -> None:
    register_job("note", note)
    with pytest.raises(ValueError, match="already registered"):
        register_job("note", note)


def test_jobs_run_in_the_order_of_their_due_times(site: Flask) -> None:
    register_job("note", note)
    now = core_clock.now()
    put("note", args={"subject": "second"}, run_at=now - timedelta(minutes=1))
    put("note", args={"subject": "first"}, run_at=now - timedelta(minutes=2))
    put("note", args={"subject": "later"}, run_at=now + timedelta(minutes=1))
    run_all()
    assert list_notes() == ["first", "second"]


def test_queues_are_kept_apart(site: Flask) -> None:
    register_job("quick", note)
    register_job("slow", note, queue="slow")
    put("slow", args={"subject": "slow"})
    put("quick", args={"subject": "quick"})
    assert run_next(("default",))
    assert not run_next(("default",))
    assert list_notes() == ["quick"]


def test_a_waiting_job_of_the_same_key_is_taken_instead(site: Flask) -> None:
    register_job("note", note)
    now = core_clock.now()
    first = put("note", args={"subject": "old"}, dedup_key="k", run_at=now + timedelta(hours=1))
    second = put("note", args={"subject": "new"}, dedup_key="k")
    assert first == second
    run_all()
    assert list_notes() == ["new"]


def test_a_later_time_does_not_put_a_waiting_job_off(site: Flask) -> None:
    register_job("note", note)
    put("note", args={"subject": "x"}, dedup_key="k")
    put("note", args={"subject": "x"}, dedup_key="k", run_at=core_clock.now() + timedelta(hours=1))
    assert run_all() == 1


def test_a_finished_key_is_free_again(site: Flask) -> None:
    register_job("note", note)
    first = put("note", args={"subject": "a"}, dedup_key="k")
    run_all()
    assert put("note", args={"subject": "b"}, dedup_key="k") != first
    run_all()
    assert list_notes() == ["a", "b"]


def test_what_is_asked_for_while_the_job_runs_is_done_afterwards(site: Flask) -> None:
    asked: list[int] = []

    def run_outside(subject: str) -> None:
        with unit():
            note(subject)
        if not asked:
            asked.append(put("outside", args={"subject": "late"}, dedup_key="k"))

    register_job("outside", run_outside, transaction=False)
    job_id = put("outside", args={"subject": "early"}, dedup_key="k")
    assert run_all() == 2
    assert asked == [job_id]
    assert list_notes() == ["early", "late"]
    assert state_of(job_id) == "done"


def test_a_job_that_came_too_early_puts_itself_off(
    site: Flask, clock: Callable[[datetime], None]
) -> None:
    due = core_clock.now() + timedelta(hours=2)

    def run() -> None:
        if core_clock.now() < due:
            enqueue("close", dedup_key="k", run_at=due)
            enqueue("close", dedup_key="k", run_at=due + timedelta(hours=1))
        else:
            note("closed")

    register_job("close", run)
    job_id = put("close", dedup_key="k")
    assert run_all() == 1
    assert state_of(job_id) == "waiting"
    clock(due - timedelta(seconds=1))
    assert run_all() == 0
    clock(due)
    assert run_all() == 1
    assert list_notes() == ["closed"]
    assert state_of(job_id) == "done"


def test_a_failed_job_can_be_replayed(site: Flask) -> None:
    broken = [True]

    def run() -> None:
        if broken:
            raise RuntimeError("broken")
        note("mended")

    register_job("run", run)
    job_id = put("run", max_attempts=1)
    run_all()
    assert list_failed() == [job_id]
    broken.clear()
    with unit():
        jobs.replay_job(job_id)
    run_all()
    assert list_notes() == ["mended"]
    assert list_failed() == []


def test_replaying_what_has_not_failed_is_refused(site: Flask) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "a"})
    with pytest.raises(NotFound), unit():
        jobs.replay_job(job_id)


def test_replaying_is_refused_while_the_key_is_busy(site: Flask) -> None:
    def run() -> None:
        raise RuntimeError("broken")

    register_job("run", run)
    job_id = put("run", dedup_key="k", max_attempts=1)
    run_all()
    put("run", dedup_key="k")
    with pytest.raises(Conflict), unit():
        jobs.replay_job(job_id)


def test_figures_tell_due_running_failed_and_unknown(site: Flask) -> None:
    def run() -> None:
        raise RuntimeError("broken")

    register_job("fails", run)
    register_job("note", note)
    register_job("gone", note)
    past = core_clock.now() - timedelta(minutes=5)
    put("fails", max_attempts=1)
    run_all()
    put("note", args={"subject": "runs"}, run_at=past - timedelta(minutes=1))
    claim = claim_job()
    put("note", args={"subject": "due"}, run_at=past)
    put("note", args={"subject": "later"}, run_at=past + timedelta(hours=1))
    put("gone")
    del site.extensions["forum"]["jobs"].handlers["gone"]
    with read_unit():
        figures = jobs.get_queue_figures()
    assert claim is not None
    assert figures == jobs.QueueFigures(due=1, running=1, failed=1, unknown=1, oldest=past)


def test_finished_jobs_are_forgotten_in_time(site: Flask, clock) -> None:  # type: ignore[no-untyped-def]
    def run() -> None:
        raise RuntimeError("broken")

    register_job("note", note)
    register_job("fails", run)
    put("note", args={"subject": "a"})
    failed = put("fails", max_attempts=1)
    run_all()
    clock(MOMENT + timedelta(days=4))
    with unit():
        assert jobs.forget_finished_jobs() == 1
    assert state_of(failed) == "failed"
    clock(MOMENT + timedelta(days=91))
    with unit():
        assert jobs.forget_finished_jobs() == 1
