"""Schedules: what happens every so often. Due times are rows, so missed ones are made up once.

A due schedule enqueues its job and moves its time in one transaction: two workers never both do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from forum.core import clock
from forum.core.database import Model, UTCDateTime, db, read_unit, unit
from forum.core.jobs import JobRow, Queue, enqueue, register_job
from forum.core.services import service


class ScheduleRow(Model):
    """When a schedule is due next; how its last run went stands with its job."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule as people see it; `state` is that of its last turn, "" before the first."""

    name: str
    every: timedelta
    due_at: datetime | None
    state: str
    error: str


@dataclass(slots=True)
class ScheduleRegistry:
    """The intervals of one app by job name."""

    intervals: dict[str, timedelta] = field(default_factory=dict)


def register_schedule(
    name: str,
    every: timedelta,
    run: Callable[[], object],
    *,
    queue: Queue = "default",
    transaction: bool = True,
    plugin: str | None = None,
) -> None:
    """Run `run()` as a job called `name`, first at the first start and then once per `every`."""
    registry: ScheduleRegistry = service("schedules")
    register_job(name, run, queue=queue, transaction=transaction, plugin=plugin)
    registry.intervals[name] = every


def enqueue_due() -> list[str]:
    """Enqueue the jobs of the schedules that are due and return their names.

    Cost: one read when none is.
    """
    registry: ScheduleRegistry = service("schedules")
    now = clock.now()
    with read_unit() as session:
        rows = session.execute(sa.select(ScheduleRow.name, ScheduleRow.due_at)).all()
    known = {row.name: row.due_at for row in rows}
    due = [name for name in sorted(registry.intervals) if known.get(name, now) <= now]
    if not due:
        return []
    with unit() as session:
        return [name for name in due if _take(session, name, registry.intervals[name], now)]


def _take(session: Session, name: str, every: timedelta, now: datetime) -> bool:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    taken = session.execute(
        insert(ScheduleRow)
        .values(name=name, due_at=now + every)
        .on_conflict_do_update(
            index_elements=[ScheduleRow.name],
            set_={"due_at": now + every},
            where=ScheduleRow.due_at <= now,
        )
        .returning(ScheduleRow.name)
    ).first()
    if taken is None:
        return False
    enqueue(name, dedup_key=f"schedule:{name}")
    return True


def list_schedules() -> list[ScheduleLine]:
    """Return what comes again, by name: when it is due and how its last turn went.

    Done turns are forgotten after days, and a schedule's state with them.
    Cost: two statements.
    """
    registry: ScheduleRegistry = service("schedules")
    names = sorted(registry.intervals)
    last = sa.select(sa.func.max(JobRow.id)).where(JobRow.name.in_(names)).group_by(JobRow.name)
    rows = db.session.execute(sa.select(ScheduleRow.name, ScheduleRow.due_at)).all()
    due = {row.name: row.due_at for row in rows}
    jobs = db.session.execute(
        sa.select(JobRow.name, JobRow.state, JobRow.error).where(JobRow.id.in_(last))
    ).all()
    turns = {row.name: (row.state, row.error or "") for row in jobs}
    return [
        ScheduleLine(name, registry.intervals[name], due.get(name), *turns.get(name, ("", "")))
        for name in names
    ]
