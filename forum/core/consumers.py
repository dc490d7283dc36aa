"""Consumers of the event log: each with a cursor that moves in the transaction of its effects.

A batch that fails is tried event by event; an event that fails again and again is written down,
skipped, and can be replayed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from forum.core import clock
from forum.core.database import BigId, Model, UTCDateTime, db, read_unit, unit
from forum.core.errors import NotFound
from forum.core.events import ConsumerCursor, EventRow, StoredEvent, list_events
from forum.core.leases import drop_lease, take_lease
from forum.core.processes import new_token
from forum.core.runner import explain
from forum.core.services import service

TRIES: Final = 5
LEASE: Final = timedelta(seconds=120)
COUNTED: Final = 10_000

_log = logging.getLogger(__name__)
_no_sync = {"synchronize_session": False}


class EventFailure(Model):
    """An event that a consumer could not digest and has skipped."""

    __tablename__ = "event_failure"
    __table_args__ = (sa.UniqueConstraint("consumer", "event_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    consumer: Mapped[str] = mapped_column(sa.String(80))
    event_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    event_name: Mapped[str] = mapped_column(sa.String(80))
    error: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Consumer:
    """Somebody who reads the log.

    `events` limits by name (None: all). `start`: a new consumer begins with the `first` event or
    with what happens from `now` on. `transaction`: the effects are in the database and share the
    cursor's unit; False for effects elsewhere (an index), which must bear repetition.
    """

    name: str
    handle: Callable[[list[StoredEvent]], object]
    events: frozenset[str] | None = None
    batch: int = 100
    start: Literal["first", "now"] = "first"
    transaction: bool = True


@dataclass(slots=True)
class ConsumerRegistry:
    """The consumers of one app by name."""

    consumers: dict[str, Consumer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Position:
    xid: int
    event_id: int
    failures: int
    updated_at: datetime

    @property
    def due(self) -> bool:
        """After a failure wait 2, 4, 8 … seconds."""
        wait = timedelta(seconds=2**self.failures if self.failures else 0)
        return clock.now() >= self.updated_at + wait


class _Failed(Exception):
    """A handler raised; carries what it was given, to be tried again in smaller pieces."""

    def __init__(self, page: list[StoredEvent], error: Exception) -> None:
        super().__init__(str(error))
        self.page = page
        self.error = error


def register_consumer(consumer: Consumer) -> None:
    """Let the worker feed `consumer`; called while the app is wired.

    Errors: raises ValueError when the name is taken.
    """
    registry: ConsumerRegistry = service("consumers")
    if consumer.name in registry.consumers:
        raise ValueError(f"a consumer named {consumer.name} is already registered")
    registry.consumers[consumer.name] = consumer


def run_consumers() -> int:
    """Feed every consumer one batch; return how many events were passed.

    Cost: two reads when there is nothing new.
    """
    registry: ConsumerRegistry = service("consumers")
    with read_unit() as session:
        newest = session.execute(
            sa.select(EventRow.xid, EventRow.id)
            .order_by(EventRow.xid.desc(), EventRow.id.desc())
            .limit(1)
        ).first()
        rows = session.execute(
            sa.select(ConsumerCursor.name, ConsumerCursor.xid, ConsumerCursor.event_id)
        ).all()
    places = {row.name: (row.xid, row.event_id) for row in rows}
    end = (0, 0) if newest is None else (newest.xid, newest.id)
    behind = [c for c in registry.consumers.values() if places.get(c.name, (-1, -1)) < end]
    return sum(run_consumer(consumer) for consumer in behind)


def run_consumer(consumer: Consumer) -> int:
    """Feed one batch, after an error its events one by one; return how many were passed."""
    try:
        return _feed(consumer, consumer.batch)
    except _Failed as failed:
        if len(failed.page) == 1:
            _record_failure(consumer, failed)
            return 0
        count = len(failed.page)
    passed = 0
    for _ in range(count):
        try:
            passed += _feed(consumer, 1)
        except _Failed as failed:
            _record_failure(consumer, failed)
            break
    return passed


def _feed(consumer: Consumer, limit: int) -> int:
    return _feed_inside(consumer, limit) if consumer.transaction else _feed_outside(consumer, limit)


def _feed_inside(consumer: Consumer, limit: int) -> int:
    page: list[StoredEvent] = []
    try:
        with unit() as session:
            position = _lock(session, consumer)
            if position is None or not position.due:
                return 0
            page = _read(session, position, limit)
            if page:
                _handle(consumer, page)
                _move(session, consumer, position, to=page[-1])
    except Exception as error:
        if not page:
            raise  # the database, not the handler
        raise _Failed(page, error) from error
    return len(page)


def _feed_outside(consumer: Consumer, limit: int) -> int:
    lease, holder = f"consumer:{consumer.name}"[:120], new_token()
    with unit() as session:
        if not take_lease(lease, holder, span=LEASE):
            return 0
        position = _lock(session, consumer)
    try:
        if position is None or not position.due:
            return 0
        with read_unit() as session:
            page = _read(session, position, limit)
        if not page:
            return 0
        try:
            with _app().app_context():
                _handle(consumer, page)
        except Exception as error:
            raise _Failed(page, error) from error
        with unit() as session:
            _move(session, consumer, position, to=page[-1])
        return len(page)
    finally:
        with unit():
            drop_lease(lease, holder)


def _app() -> Any:
    return current_app._get_current_object()  # type: ignore[attr-defined]


def _read(session: Session, position: _Position, limit: int) -> list[StoredEvent]:
    # What stands first has failed before: alone, so that nothing else waits on it or fails too.
    limit = 1 if position.failures else limit
    return list_events(session, (position.xid, position.event_id), limit)


def _handle(consumer: Consumer, page: list[StoredEvent]) -> None:
    wanted = [e for e in page if consumer.events is None or e.name in consumer.events]
    if wanted:
        consumer.handle(wanted)
        db.session.flush()


def _lock(session: Session, consumer: Consumer) -> _Position | None:
    """Return the cursor, locked for this transaction; None when another worker has it."""
    locked = (
        sa.select(
            ConsumerCursor.xid,
            ConsumerCursor.event_id,
            ConsumerCursor.failures,
            ConsumerCursor.updated_at,
        )
        .where(ConsumerCursor.name == consumer.name)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(locked).first()
    if row is None:
        _create_cursor(session, consumer)
        row = session.execute(locked).first()
    return None if row is None else _Position(*row)


def _create_cursor(session: Session, consumer: Consumer) -> None:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    xid, event_id = _find_end(session) if consumer.start == "now" else (0, 0)
    session.execute(
        insert(ConsumerCursor)
        .values(name=consumer.name, xid=xid, event_id=event_id, failures=0, updated_at=clock.now())
        .on_conflict_do_nothing(index_elements=[ConsumerCursor.name])
    )


def _find_end(session: Session) -> tuple[int, int]:
    last = session.execute(sa.select(sa.func.max(EventRow.id))).scalar() or 0
    if session.get_bind().dialect.name != "postgresql":
        return (0, last)
    # Whoever is still writing counts as later: its events are after the horizon.
    horizon = sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
    return (int(session.execute(horizon).scalar_one()), last)


def _move(session: Session, consumer: Consumer, seen: _Position, *, to: StoredEvent) -> None:
    moved = session.execute(
        sa.update(ConsumerCursor)
        .where(
            ConsumerCursor.name == consumer.name,
            ConsumerCursor.xid == seen.xid,
            ConsumerCursor.event_id == seen.event_id,
        )
        .values(xid=to.xid, event_id=to.id, failures=0, error=None, updated_at=clock.now())
        .returning(ConsumerCursor.name)
        .execution_options(**_no_sync)
    ).first()
    if moved is None:
        raise RuntimeError(f"the cursor of {consumer.name} was moved by another worker")


def _record_failure(consumer: Consumer, failed: _Failed) -> None:
    event = failed.page[0]
    _log.error(
        "consumer failed",
        exc_info=failed.error,
        extra={"consumer": consumer.name, "event_id": event.id, "event_name": event.name},
    )
    error = explain(failed.error)
    with unit() as session:
        position = _lock(session, consumer)
        if position is None or (position.xid, position.event_id) >= (event.xid, event.id):
            return
        if position.failures + 1 < TRIES:
            session.execute(
                sa.update(ConsumerCursor)
                .where(ConsumerCursor.name == consumer.name)
                .values(failures=position.failures + 1, error=error, updated_at=clock.now())
                .execution_options(**_no_sync)
            )
            return
        session.add(
            EventFailure(
                consumer=consumer.name,
                event_id=event.id,
                event_name=event.name,
                error=error,
                at=clock.now(),
            )
        )
        _move(session, consumer, position, to=event)


def skip_events(*names: str) -> None:
    """Let these consumers, or all, begin after the newest event; in the caller's unit.

    For a history that was written in one go and that nobody has to be told about.
    """
    registry: ConsumerRegistry = service("consumers")
    session = db.session()
    xid, event_id = _find_end(session)
    for name in names or registry.consumers:
        _create_cursor(session, registry.consumers[name])
        session.execute(
            sa.update(ConsumerCursor)
            .where(ConsumerCursor.name == name)
            .values(xid=xid, event_id=event_id, updated_at=clock.now())
            .execution_options(**_no_sync)
        )


def replay_event(failure_id: int) -> None:
    """Give a skipped event to its consumer once more and forget the failure; in the caller's unit.

    Errors: raises NotFound when there is no such failure or its consumer is not loaded, and
    whatever the consumer raises.
    """
    registry: ConsumerRegistry = service("consumers")
    failure = db.session.get(EventFailure, failure_id)
    if failure is None or failure.consumer not in registry.consumers:
        raise NotFound(f"no failed event {failure_id}")
    row = EventRow
    event = db.session.execute(
        sa.select(
            row.id, row.xid, row.name, row.area_id, row.actor_id, row.origin, row.at, row.payload
        ).where(row.id == failure.event_id)
    ).one()
    _handle(registry.consumers[failure.consumer], [StoredEvent(*event)])
    db.session.delete(failure)


@dataclass(frozen=True, slots=True)
class ConsumerLag:
    """How far a consumer is behind; `events` is counted up to 10,000, `since` is the oldest's."""

    name: str
    events: int
    since: datetime | None
    failures: int
    skipped: int
    error: str | None


def list_lags() -> list[ConsumerLag]:
    """Return how far each loaded consumer is behind. Cost: two statements and two per consumer."""
    registry: ConsumerRegistry = service("consumers")
    session = db.session()
    cursors = {row.name: row for row in session.scalars(sa.select(ConsumerCursor))}
    counts = session.execute(
        sa.select(EventFailure.consumer, sa.func.count().label("number")).group_by(
            EventFailure.consumer
        )
    ).all()
    skipped = {row.consumer: row.number for row in counts}
    lags = []
    for name in sorted(registry.consumers):
        cursor = cursors.get(name)
        place = (cursor.xid, cursor.event_id) if cursor else (0, 0)
        after = sa.tuple_(EventRow.xid, EventRow.id) > sa.tuple_(*map(sa.literal, place))
        waiting = sa.select(EventRow.at).where(after).limit(COUNTED).subquery()
        count, since = session.execute(sa.select(sa.func.count(), sa.func.min(waiting.c.at))).one()
        lags.append(
            ConsumerLag(
                name=name,
                events=count,
                since=since,
                failures=cursor.failures if cursor else 0,
                skipped=skipped.get(name, 0),
                error=cursor.error if cursor else None,
            )
        )
    return lags
