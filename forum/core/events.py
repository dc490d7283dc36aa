"""The event log: every write appends what happened, in the same transaction.

Consumers (search, notifications, plugins) read it with a cursor of their own, at least once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.database import (
    NEVER_AGAIN,
    BigId,
    JSONType,
    Model,
    UTCDateTime,
    db,
    on_commit,
)
from forum.core.stamps import stamp_pages

Origin = Literal["member", "import", "system"]

_BASE_FIELDS = frozenset({"area_id", "actor_id", "origin"})


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened. Subclasses name themselves `<feature>.<noun>_<past>` and add ids only.

    `stamps`: pages kept in common may show it. Only where a version that all of them are kept
    under tells it as well (a topic's) is it False.
    """

    name: ClassVar[str]
    stamps: ClassVar[bool] = True
    area_id: int | None = None
    actor_id: int | None = None
    origin: Origin = "member"

    def payload(self) -> dict[str, Any]:
        """Return the fields a subclass added, as JSON-ready values."""
        kind: Any = type(self)
        return {name: getattr(self, name) for name in _list_added(kind)}


@cache
def _list_added(kind: Any) -> tuple[str, ...]:
    fields = dataclasses.fields(kind)
    return tuple(field.name for field in fields if field.name not in _BASE_FIELDS)


def list_kinds(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Walk over what the core's imported features call an event.

    Classes between them have no name.
    """
    for kind in base.__subclasses__():
        if vars(kind).get("name") and kind.__module__.startswith("forum."):
            yield kind
        yield from list_kinds(kind)


class EventRow(Model):
    """One line of the log. `xid` orders PostgreSQL's late committers; it is 0 on SQLite."""

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_xid_id", "xid", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    xid: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(80))
    area_id: Mapped[int | None] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    origin: Mapped[str] = mapped_column(sa.String(8))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONType)


class ConsumerCursor(Model):
    """How far a consumer has read, and what stopped it last."""

    __tablename__ = "event_consumer"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    xid: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    event_id: Mapped[int] = mapped_column(BigId, default=0)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as a consumer gets it; `id` doubles as the idempotency key."""

    id: int
    xid: int
    name: str
    area_id: int | None
    actor_id: int | None
    origin: str
    at: datetime
    payload: dict[str, Any]


_INSERT: Final[Mapping[str, Any]] = {
    dialect: sa.insert(cast(sa.Table, EventRow.__table__)).values(xid=xid)
    for dialect, xid in {
        "postgresql": sa.text("pg_current_xact_id()::text::bigint"),
        "sqlite": 0,
    }.items()
}


def append(*events: Event) -> None:
    """Write events into the caller's transaction; the bell rings after its commit.

    Cost: one statement, whatever the number; one more before the commit when pages are stamped.
    """
    append_lines(
        [
            {
                "name": event.name,
                "area_id": event.area_id,
                "actor_id": event.actor_id,
                "origin": event.origin,
                "payload": event.payload(),
            }
            for event in events
        ],
        stamps=any(event.stamps for event in events),
    )


def append_lines(lines: Sequence[Mapping[str, Any]], *, stamps: bool) -> None:
    """Write lines as `append` does that are no `Event`: plugins' own, checked by the caller.

    Shapes: name, area_id, actor_id, origin, payload.
    """
    if not lines:
        return
    session = db.session()
    at = clock.now()
    rows = [{**line, "at": at} for line in lines]
    session.execute(_INSERT[session.get_bind().dialect.name], rows)
    if stamps:
        stamp_pages()
    on_commit(ring)


def ring() -> None:
    """Tell waiting workers that there is something to do; losing this loses nothing."""
    bell = _bell
    if bell is not None:
        bell()


_bell: Any = None


def set_bell(bell: Any) -> None:
    """Install what wakes the workers (a Redis publish, a socket); None removes it."""
    global _bell
    _bell = bell


def list_events(session: Any, after: tuple[int, int], limit: int) -> list[StoredEvent]:
    """Return events after the cursor (xid, id), oldest first, that no open transaction precedes.

    Cost: one index range scan.
    Source: PostgreSQL manual, `pg_snapshot_xmin`: ids are given before commits happen.
    """
    row = EventRow
    statement = (
        sa.select(
            row.id, row.xid, row.name, row.area_id, row.actor_id, row.origin, row.at, row.payload
        )
        .where(sa.tuple_(row.xid, row.id) > sa.tuple_(*map(sa.literal, after)))
        .order_by(row.xid, row.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        horizon = sa.text("event.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        statement = statement.where(horizon)
    return [StoredEvent(*found) for found in session.execute(statement)]


def list_events_of(user_id: int) -> list[dict[str, Any]]:
    """Return what the log says somebody did, for the export of their data; ids of others left out.

    Cost: one statement, a scan of the log.
    """
    row = EventRow
    found = sa.select(row.at, row.name, row.area_id).where(row.actor_id == user_id)
    return [dict(entry) for entry in db.session.execute(found.order_by(row.id)).mappings()]
