"""The runner: one effect per job, whatever fails, hangs, races or is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import jobs
from forum.core.database import read_unit, unit
from forum.core.jobs import GiveUp, JobRow, register_job
from forum.core.runner import (
    LEASE,
    Claim,
    claim_job,
    perform,
    renew_leases,
    run_all,
    run_job,
    sweep_leases,
)
from forum.testing.builders import make_area
from tests.forum.core.conftest import list_notes, note
from tests.forum.core.test_jobs import list_failed, put, state_of

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Move = Callable[[datetime], None]


def row_of(job_id: int) -> JobRow:
    with read_unit() as session:
        row = session.get(JobRow, job_id)
        assert row is not None
        session.expunge(row)
        return row


def fail(subject: str) -> None:
    note(subject)
    raise RuntimeError("mail to someone@example.org broke")


def test_a_job_that_raises_leaves_nothing_and_is_tried_again_later(
    site: Flask, clock: Move
) -> None:
    register_job("fail", fail)
    job_id = put("fail", args={"subject": "x"})
    assert run_all() == 1
    row = row_of(job_id)
    wait = (row.run_at - MOMENT).total_seconds()
    assert list_notes() == []
    assert (row.state, row.attempts) == ("waiting", 1)
    assert 4 <= wait <= 6
    clock(MOMENT + timedelta(seconds=7))
    assert run_all() == 1
    assert row_of(job_id).attempts == 2


def test_the_error_is_kept_without_addresses(site: Flask) -> None:
    register_job("fail", fail)
    job_id = put("fail", args={"subject": "x"})
    run_all()
    error = row_of(job_id).error
    assert error is not None
    assert error.splitlines()[0] == "RuntimeError: mail to [hidden] broke"


def test_a_job_fails_for_good_after_its_last_attempt(site: Flask) -> None:
    register_job("fail", fail)
    job_id = put("fail", args={"subject": "x"}, max_attempts=1)
    run_all()
    assert state_of(job_id) == "failed"


def test_giving_up_spends_all_attempts(site: Flask) -> None:
    def run() -> None:
        raise GiveUp("no use")

    register_job("run", run)
    job_id = put("run")
    run_all()
    assert state_of(job_id) == "failed"


def test_a_job_whose_plugin_is_not_loaded_waits(site: Flask) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "x"})
    handlers = site.extensions["forum"]["jobs"].handlers
    handler = handlers.pop("note")
    assert run_all() == 0
    assert not run_job(job_id)
    assert state_of(job_id) == "waiting"
    handlers["note"] = handler
    assert run_all() == 1


def test_a_job_of_a_plugin_that_is_off_is_skipped(site: Flask) -> None:
    asked = []

    def gate(plugin: str, area_id: int | None) -> bool:
        asked.append((plugin, area_id))
        return False

    site.extensions["forum"]["jobs"].gate = gate
    register_job("note", note, plugin="polls")
    area_id = make_area(site, "Hier")
    job_id = put("note", args={"subject": "x"}, area_id=area_id)
    run_all()
    assert asked == [("polls", area_id)]
    assert list_notes() == [""]  # the founding of the area
    assert state_of(job_id) == "skipped"


def test_an_expired_lease_goes_to_another_and_the_late_one_changes_nothing(
    site: Flask, clock: Move
) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "x"})
    late = claim_job()
    assert late is not None
    clock(MOMENT + LEASE + timedelta(seconds=1))
    assert sweep_leases() == 1
    assert run_all() == 1
    perform(late)
    assert list_notes() == ["x"]
    assert state_of(job_id) == "done"


def test_a_lease_that_is_renewed_is_not_swept(site: Flask, clock: Move) -> None:
    register_job("note", note)
    put("note", args={"subject": "x"})
    claim = claim_job()
    assert claim is not None
    site.extensions["forum"]["jobs"].active[claim.token] = time.monotonic() - 5
    clock(MOMENT + LEASE - timedelta(seconds=1))
    assert renew_leases() >= 5
    clock(MOMENT + LEASE + timedelta(seconds=1))
    assert sweep_leases() == 0
    site.extensions["forum"]["jobs"].active.clear()


def test_what_kills_its_workers_fails_in_the_end(site: Flask, clock: Move) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "x"}, max_attempts=2)
    moment = MOMENT
    for _ in range(2):
        assert claim_job() is not None
        moment += LEASE + timedelta(seconds=1)
        clock(moment)
        assert sweep_leases() == 1
    assert claim_job() is None
    assert list_failed() == [job_id]


def test_many_runners_run_every_job_once(site: Flask) -> None:
    register_job("note", note)
    with unit():
        for number in range(60):
            jobs.enqueue("note", args={"subject": str(number)})
    ran: list[int] = []

    def work() -> None:
        with site.app_context():
            ran.append(run_all())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ran) == 60
    assert sorted(list_notes(), key=int) == [str(number) for number in range(60)]


def test_one_job_offered_to_many_is_run_by_one(site: Flask) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "x"})
    start = threading.Barrier(8)
    ran: list[bool] = []

    def work() -> None:
        with site.app_context():
            start.wait()
            ran.append(run_job(job_id))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False] * 7 + [True]
    assert list_notes() == ["x"]


def test_a_job_outside_a_transaction_does_not_hold_the_write_lock(site: Flask) -> None:
    def run() -> None:
        with read_unit() as session:
            session.execute(sa.select(JobRow.id)).all()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()

    def write() -> None:
        with site.app_context(), unit():
            note("meanwhile")

    register_job("run", run, transaction=False)
    put("run")
    run_all()
    assert list_notes() == ["meanwhile"]
    assert list_failed() == []


@pytest.mark.parametrize("transaction", [True, False])
def test_a_killed_worker_repeats_cleanly(site: Flask, tmp_path: Path, transaction: bool) -> None:
    def finish(subject: str) -> None:
        with unit():
            note(subject)

    register_job("linger", note if transaction else finish, transaction=transaction)
    job_id = put("linger", args={"subject": "effect"})
    ready = tmp_path / "ready"
    command = [sys.executable, "-m", "tests.forum.core.lingering"]
    url = site.config["FORUM"].database_url
    worker = subprocess.Popen([*command, url, str(tmp_path), str(ready), str(int(transaction))])
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < deadline
            assert worker.poll() is None
            time.sleep(0.02)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state_of(job_id) == "running"
    assert sweep_leases() == 1  # at once: its process is gone, whatever the lease says
    assert run_all() == 1
    assert list_notes() == ["effect"]
    assert state_of(job_id) == "done"


def test_a_claim_names_what_was_enqueued(site: Flask) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "x"}, max_attempts=3)
    claim = claim_job()
    assert claim is not None
    expected = Claim(job_id, "note", {"subject": "x"}, 1, 3, None, claim.token)
    assert claim == expected
