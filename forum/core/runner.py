"""Runs job rows: claim with a lease, effect and completion in one transaction, retry, sweep.

A worker that is killed leaves a lease behind; the sweeper gives the job to the next one, and
whoever comes back late cannot complete it any more.
"""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.database import UTCDateTime, read_unit, unit
from forum.core.jobs import QUEUES, GiveUp, Handler, JobRegistry, JobRow
from forum.core.log import scrub
from forum.core.processes import is_gone, new_token
from forum.core.services import service

LEASE: Final = timedelta(seconds=60)
BACKOFF_SECONDS: Final = 5.0
BACKOFF_MAX_SECONDS: Final = 3_600.0
ERROR_LENGTH: Final = 4_000

_log = logging.getLogger(__name__)
_no_sync = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """A job this process has leased; `token` proves it when the job is completed."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    area_id: int | None
    token: str


class LeaseLost(Exception):
    """Another worker has the job by now; whatever this one did is rolled back."""


def claim_job(queues: Sequence[str] = QUEUES) -> Claim | None:
    """Lease the job that is due longest, or return None.

    Cost: one read when nothing is due, else two statements.
    Source: PostgreSQL manual, `FOR UPDATE SKIP LOCKED`; SQLite's writers are serial anyway.
    """
    condition = _due(queues)
    with read_unit() as session:
        if session.execute(sa.select(JobRow.id).where(condition).limit(1)).first() is None:
            return None
    first = (
        sa.select(JobRow.id)
        .where(condition)
        .order_by(JobRow.run_at, JobRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return _lease(JobRow.id == first)


def run_job(job_id: int) -> bool:
    """Run one job if nobody else does and it is due; return whether it was run."""
    due = sa.and_(
        JobRow.id == job_id,
        JobRow.state.in_(("waiting", "queued")),
        JobRow.run_at <= clock.now(),
        JobRow.name.in_(sorted(_registry().handlers)),
    )
    claim = _lease(due)
    if claim is None:
        return False
    perform(claim)
    return True


def run_next(queues: Sequence[str] = QUEUES) -> bool:
    """Claim and run one due job; return False when there was none."""
    claim = claim_job(queues)
    if claim is None:
        return False
    perform(claim)
    return True


def run_all(*, limit: int = 1_000) -> int:
    """Run what is due until nothing is; return how many. For commands and tests, not workers."""
    ran = 0
    while ran < limit and run_next():
        ran += 1
    return ran


def perform(claim: Claim) -> None:
    """Run a leased job and write down how it went; raises nothing a handler raised."""
    handler = _registry().handlers[claim.name]
    active = _registry().active
    active[claim.token] = time.monotonic()
    try:
        _perform(claim, handler)
    except LeaseLost:
        _log.warning("job lease lost", extra={"job": claim.id, "job_name": claim.name})
    except Exception as error:
        _log.exception("job failed", extra={"job": claim.id, "job_name": claim.name})
        _record_failure(claim, error)
    finally:
        active.pop(claim.token, None)


def renew_leases() -> float:
    """Extend the leases of what runs in this process; return how long the oldest runs, in s."""
    active = dict(_registry().active)
    if not active:
        return 0.0
    with unit() as session:
        session.execute(
            sa.update(JobRow)
            .where(JobRow.leased_by.in_(sorted(active)), JobRow.state == "running")
            .values(lease_until=clock.now() + LEASE)
            .execution_options(**_no_sync)
        )
    return time.monotonic() - min(active.values())


def sweep_leases() -> int:
    """Give back jobs whose worker is gone or whose lease ran out; return how many.

    A job whose worker has died as often as it may be tried has failed: it may be what kills them.
    """
    now = clock.now()
    with read_unit() as session:
        leased = session.execute(
            sa.select(JobRow.id, JobRow.leased_by, JobRow.lease_until).where(
                JobRow.state.in_(("running", "queued"))
            )
        ).all()
    lost: list[Any] = [row for row in leased if row.lease_until < now or is_gone(row.leased_by)]
    if not lost:
        return 0
    with unit() as session:
        return sum(_give_back(session, row, now) for row in lost)


def release_queued() -> int:
    """Take back every job that was handed to Redis and not begun; return how many."""
    with unit() as session:
        result = session.execute(
            sa.update(JobRow)
            .where(JobRow.state == "queued")
            .values(state="waiting", leased_by=None, lease_until=None)
            .execution_options(**_no_sync)
        )
        return int(result.rowcount)  # type: ignore[attr-defined]


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after the given number of attempts: 5 s, 15 s, 45 s … one hour."""
    seconds = min(BACKOFF_SECONDS * 3.0 ** (attempts - 1), BACKOFF_MAX_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def explain(error: BaseException) -> str:
    """Return the error in one line and where it came from, without addresses or values."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    places = "".join(f"\n  {f.filename}:{f.lineno} {f.name}" for f in frames)
    return scrub(f"{type(error).__name__}: {error}"[: ERROR_LENGTH // 2] + places)[:ERROR_LENGTH]


def _registry() -> JobRegistry:
    registry: JobRegistry = service("jobs")
    return registry


def _moment(value: datetime) -> sa.BindParameter[datetime]:
    return sa.literal(value, UTCDateTime)


def _due(queues: Iterable[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        JobRow.state == "waiting",
        JobRow.run_at <= clock.now(),
        JobRow.queue.in_(list(queues)),
        # What nobody here can run waits: its plugin may be loaded again tomorrow.
        JobRow.name.in_(sorted(_registry().handlers)),
    )


def _lease(condition: sa.ColumnElement[bool]) -> Claim | None:
    token = new_token()
    with unit() as session:
        row = session.execute(
            sa.update(JobRow)
            .where(condition)
            .values(
                state="running",
                attempts=JobRow.attempts + 1,
                leased_by=token,
                lease_until=clock.now() + LEASE,
            )
            .returning(
                JobRow.id,
                JobRow.name,
                JobRow.args,
                JobRow.attempts,
                JobRow.max_attempts,
                JobRow.area_id,
            )
            .execution_options(**_no_sync)
        ).first()
    if row is None:
        return None
    return Claim(
        id=row.id,
        name=row.name,
        args=row.args,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        area_id=row.area_id,
        token=token,
    )


def _perform(claim: Claim, handler: Handler) -> None:
    if handler.plugin is not None and not _may_run(handler.plugin, claim.area_id):
        with unit() as session:
            _complete(session, claim, "skipped")
    elif handler.transaction:
        with unit() as session:
            handler.run(**claim.args)
            session.flush()
            _complete(session, claim, "done")
    else:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        with app.app_context():
            handler.run(**claim.args)
        with unit() as session:
            _complete(session, claim, "done")


def _may_run(plugin: str, area_id: int | None) -> bool:
    with read_unit():
        return _registry().gate(plugin, area_id)


def _complete(session: Session, claim: Claim, state: str) -> None:
    now = clock.now()
    again = JobRow.again.is_(sa.true())
    found = session.execute(
        sa.update(JobRow)
        .where(JobRow.id == claim.id, JobRow.leased_by == claim.token, JobRow.state == "running")
        .values(
            state=sa.case((again, "waiting"), else_=state),
            attempts=sa.case((again, 0), else_=JobRow.attempts),
            finished_at=sa.case((again, sa.null()), else_=_moment(now)),
            again=False,
            leased_by=None,
            lease_until=None,
            error=None,
        )
        .returning(JobRow.id)
        .execution_options(**_no_sync)
    ).first()
    if found is None:
        raise LeaseLost


def _record_failure(claim: Claim, error: Exception) -> None:
    final = isinstance(error, GiveUp) or claim.attempts >= claim.max_attempts
    now = clock.now()
    values: dict[str, Any] = {"run_at": now + backoff(claim.attempts), "state": "waiting"}
    if final:
        # Somebody asked for another run meanwhile: that one starts with all its attempts.
        again = JobRow.again.is_(sa.true())
        values = {
            "state": sa.case((again, "waiting"), else_="failed"),
            "attempts": sa.case((again, 0), else_=JobRow.attempts),
            "finished_at": sa.case((again, sa.null()), else_=_moment(now)),
        }
    values |= {"error": explain(error), "again": False, "leased_by": None, "lease_until": None}
    with unit() as session:
        session.execute(
            sa.update(JobRow)
            .where(JobRow.id == claim.id, JobRow.leased_by == claim.token)
            .values(**values)
            .execution_options(**_no_sync)
        )


def _give_back(session: Session, lost: Any, now: datetime) -> int:
    spent = sa.and_(JobRow.state == "running", JobRow.attempts >= JobRow.max_attempts)
    result = session.execute(
        sa.update(JobRow)
        .where(
            JobRow.id == lost.id,
            JobRow.leased_by == lost.leased_by,
            JobRow.lease_until == lost.lease_until,  # not renewed in the meantime
        )
        .values(
            state=sa.case((spent, "failed"), else_="waiting"),
            finished_at=sa.case((spent, _moment(now)), else_=sa.null()),
            error=sa.case((spent, "the worker ended while it ran this job"), else_=JobRow.error),
            leased_by=None,
            lease_until=None,
        )
        .execution_options(**_no_sync)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
