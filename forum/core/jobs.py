"""Jobs: rows written in the caller's transaction, so work is neither lost nor done for nothing.

Here stand the table, the registry and what callers use; `forum.core.runner` runs the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.database import BigId, JSONType, Model, UTCDateTime, db, on_commit
from forum.core.errors import Conflict, NotFound
from forum.core.events import ring
from forum.core.services import service

Queue = Literal["default", "mail", "slow"]
QUEUES: Final[tuple[Queue, ...]] = ("default", "mail", "slow")
KEPT_DONE: Final = timedelta(days=3)
KEPT_FAILED: Final = timedelta(days=90)

_UNFINISHED = sa.text("dedup_key IS NOT NULL AND state IN ('waiting', 'queued', 'running')")


class JobRow(Model):
    """One piece of work.

    States: `waiting` → (`queued` in Redis →) `running` → `done`; after an error `waiting` again
    or `failed`; `skipped` when its plugin is off. `again` asks for another run after this one.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('waiting','queued','running','done','failed','skipped')", name="state"
        ),
        sa.Index("ix_job_state_run_at", "state", "run_at", "id"),
        sa.Index(
            "uq_job_dedup_key",
            "dedup_key",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    queue: Mapped[str] = mapped_column(sa.String(20), default="default")
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting")
    args: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    again: Mapped[bool] = mapped_column(default=False)
    dedup_key: Mapped[str | None] = mapped_column(sa.String(160))
    leased_by: Mapped[str | None] = mapped_column(sa.String(160))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    area_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), index=True
    )
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs the jobs of one name.

    `transaction`: `run` and the completion share one write unit; False for work that waits for
    others (SMTP, HTTP, long imports), which opens units of its own and must bear repetition.
    """

    name: str
    run: Callable[..., object]
    queue: Queue = "default"
    transaction: bool = True
    plugin: str | None = None


@dataclass(slots=True)
class JobRegistry:
    """The handlers of one app; `gate` says whether a plugin's job may run in an area.

    `active` maps the lease tokens of what runs in this process to when it began (monotonic).
    """

    handlers: dict[str, Handler] = field(default_factory=dict)
    active: dict[str, float] = field(default_factory=dict)
    gate: Callable[[str, int | None], bool] = lambda _plugin, _area_id: True


class GiveUp(Exception):
    """Raised by a handler: trying again is no use, the job has failed for good."""


def register_job(
    name: str,
    run: Callable[..., object],
    *,
    queue: Queue = "default",
    transaction: bool = True,
    plugin: str | None = None,
) -> None:
    """Let jobs called `name` be run as `run(**args)`; called while the app is wired.

    Errors: raises ValueError when the name is taken.
    """
    registry: JobRegistry = service("jobs")
    if name in registry.handlers:
        raise ValueError(f"a job named {name} is already registered")
    registry.handlers[name] = Handler(name, run, queue, transaction, plugin)


def enqueue(
    name: str,
    *,
    args: dict[str, Any] | None = None,
    run_at: datetime | None = None,
    dedup_key: str | None = None,
    max_attempts: int = 5,
    area_id: int | None = None,
) -> int:
    """Write a job into the caller's transaction and return its id.

    With a `dedup_key` an unfinished job of that key is taken instead: one that waits gets the
    new args and the earlier time, one that runs is run once more at the new time, so what changed
    meanwhile is never missed. A job that comes too early therefore enqueues itself once more.
    What a plugin does per area names the area, in `args` or as `area_id`.

    Errors: raises KeyError for a name nobody registered, ValueError where the area is missing.
    Cost: one statement.
    """
    row = _to_row(name, args or {}, run_at=run_at, area_id=area_id)
    row |= {"max_attempts": max_attempts, "dedup_key": dedup_key}
    statement = _insert(keyed=dedup_key is not None).values(**row)
    job_id: int = db.session.execute(statement.returning(JobRow.id)).scalar_one()
    on_commit(ring)
    return job_id


def enqueue_each(
    name: str,
    jobs: Mapping[str, dict[str, Any]],
    *,
    run_at: datetime | None = None,
    max_attempts: int = 5,
) -> None:
    """Write many jobs of one name, their args by dedup key, each as `enqueue` would.

    Errors: as `enqueue`.
    Cost: one statement for some hundred jobs.
    """
    if not jobs:
        return
    extra = {"max_attempts": max_attempts}
    rows = [
        {**_to_row(name, args, run_at=run_at), **extra, "dedup_key": key}
        for key, args in sorted(jobs.items())
    ]
    db.session.execute(_insert(keyed=True), rows)
    on_commit(ring)


def _to_row(
    name: str, args: dict[str, Any], *, run_at: datetime | None, area_id: int | None = None
) -> dict[str, Any]:
    registry: JobRegistry = service("jobs")
    now = clock.now()
    if registry.handlers[name].plugin is not None:
        area_id = _need_area(name, args, area_id)
    return {
        "name": name,
        "queue": registry.handlers[name].queue,
        "state": "waiting",
        "args": args,
        "run_at": run_at or now,
        "attempts": 0,
        "max_attempts": 5,
        "again": False,
        "area_id": area_id,
        "created_at": now,
    }


def _insert(*, keyed: bool) -> Any:
    on_postgresql = db.session().get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(JobRow)
    if not keyed:
        return statement
    return statement.on_conflict_do_update(
        index_elements=[JobRow.dedup_key],
        index_where=_UNFINISHED,
        set_=_merge(statement.excluded),
    )


def _need_area(name: str, args: dict[str, Any], area_id: int | None) -> int:
    found = args.get("area_id") if area_id is None else area_id
    if not isinstance(found, int):
        raise ValueError(f"{name} is done per area: say which by area_id")
    return found


def _merge(new: Any) -> dict[str, Any]:
    running = JobRow.state == "running"
    untried = sa.and_(~running, JobRow.attempts == 0)
    earlier = sa.and_(sa.or_(untried, sa.and_(running, JobRow.again)), new.run_at < JobRow.run_at)
    first = sa.and_(running, ~JobRow.again)
    return {
        "again": sa.or_(JobRow.again, running),
        "args": new.args,
        "run_at": sa.case((sa.or_(first, earlier), new.run_at), else_=JobRow.run_at),
    }


def replay_job(job_id: int) -> None:
    """Let a failed or skipped job wait for its turn again, with all its attempts.

    Errors: raises NotFound when there is no such job, Conflict when its key is busy again.
    """
    session = db.session()
    values = {"state": "waiting", "attempts": 0, "run_at": clock.now(), "finished_at": None}
    try:
        with session.begin_nested():
            found = session.execute(
                sa.update(JobRow)
                .where(JobRow.id == job_id, JobRow.state.in_(("failed", "skipped")))
                .values(**values)
                .returning(JobRow.id)
                .execution_options(synchronize_session=False)
            ).first()
    except IntegrityError:
        raise Conflict("a job of the same kind is already waiting") from None
    if found is None:
        raise NotFound(f"no failed job {job_id}")
    on_commit(ring)


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that needs a person: what it was and what stopped it."""

    id: int
    name: str
    attempts: int
    error: str | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How busy the queue is; `oldest` is the due time of the job that waits longest.

    `unknown` counts waiting jobs whose handler is not loaded: they wait until it is.
    """

    due: int
    running: int
    failed: int
    unknown: int
    oldest: datetime | None


def list_failed_jobs(*, limit: int = 50) -> list[FailedJob]:
    """Return the jobs that failed for good, latest first."""
    rows = db.session.execute(
        sa.select(JobRow.id, JobRow.name, JobRow.attempts, JobRow.error, JobRow.finished_at)
        .where(JobRow.state == "failed")
        .order_by(JobRow.finished_at.desc(), JobRow.id.desc())
        .limit(limit)
    )
    return [FailedJob(*row) for row in rows]


def get_queue_figures() -> QueueFigures:
    """Return what the health page and `forum check` say about jobs. Cost: one statement."""
    registry: JobRegistry = service("jobs")
    waiting = JobRow.state.in_(("waiting", "queued"))
    due = sa.and_(waiting, JobRow.run_at <= clock.now())
    known = JobRow.name.in_(sorted(registry.handlers))

    def count(condition: Any) -> Any:
        return sa.func.count().filter(condition)

    row = db.session.execute(
        sa.select(
            count(sa.and_(due, known)),
            count(JobRow.state == "running"),
            count(JobRow.state == "failed"),
            count(sa.and_(waiting, ~known)),
            sa.func.min(sa.case((sa.and_(due, known), JobRow.run_at))),
        ).where(JobRow.state.in_(("waiting", "queued", "running", "failed")))
    ).one()
    return QueueFigures(*row)


def list_unknown_jobs() -> dict[str, int]:
    """Return how many jobs wait for a handler that is not loaded, by name. Cost: one statement."""
    registry: JobRegistry = service("jobs")
    rows = db.session.execute(
        sa.select(JobRow.name, sa.func.count())
        .where(
            JobRow.state.in_(("waiting", "queued")),
            JobRow.name.not_in(sorted(registry.handlers)),
        )
        .group_by(JobRow.name)
        .order_by(JobRow.name)
    )
    return {row[0]: row[1] for row in rows}


def forget_finished_jobs() -> int:
    """Delete what was done days ago and what failed months ago; return how many."""
    now = clock.now()
    done = sa.and_(JobRow.state.in_(("done", "skipped")), JobRow.finished_at < now - KEPT_DONE)
    failed = sa.and_(JobRow.state == "failed", JobRow.finished_at < now - KEPT_FAILED)
    result = db.session.execute(
        sa.delete(JobRow).where(sa.or_(done, failed)).execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def forget_jobs_about(user_id: int, address: str | None) -> int:
    """Delete jobs for a person or with their mail address that do not run now; return how many."""
    args = sa.cast(JobRow.args, sa.Text)
    about = [args.contains(f'"user_id": {user_id}{end}', autoescape=True) for end in ",}"]
    if address:
        about.append(args.contains(f'"{address}"', autoescape=True))
    result = db.session.execute(
        sa.delete(JobRow)
        .where(JobRow.state != "running", sa.or_(*about))
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
