"""Rules on what a plugin hears: every event may come twice, and late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from forum.core.database import db, unit
from forum.core.events import EventRow
from forum.core.jobs import JobRow
from forum.core.services import service
from forum.plugin import EventRef
from forum.testing.kit.pages import list_changed
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject


def check_events(subject: Subject) -> Iterator[Breach]:
    """Let an area live, deliver everything again, then backwards: nothing counts twice or fails."""
    world = subject.world
    last = max((event.id for event in _list_events(subject)), default=0)
    world.live(world.open_place)
    world.work()
    heard = _list_events(subject, after=last)
    before = subject.read_rows()
    yield from _deliver(subject, heard, "a second time")
    world.work()
    for table in list_changed(before, subject.read_rows()):
        yield Breach("event", f"rows of {table} change when every event comes twice")
    subject.restore()
    world.live(world.open_place)
    yield from _deliver(subject, _list_events(subject, after=last)[::-1], "out of order")
    world.work()
    yield from _find_failed_jobs(subject)


def _list_events(subject: Subject, *, after: int = 0) -> list[EventRef]:
    wanted = sa.select(EventRow.__table__).where(
        EventRow.name.in_(subject.manifest.events), EventRow.id > after
    )
    with subject.app.app_context(), db.engines["read"].connect() as connection:
        rows = connection.execute(wanted.order_by(EventRow.id)).mappings().all()
    return [EventRef(**{key: value for key, value in row.items() if key != "xid"}) for row in rows]


def _deliver(subject: Subject, events: Sequence[EventRef], how: str) -> Iterator[Breach]:
    name = subject.name
    with subject.app.app_context():
        hooks = service("dispatcher").for_area(frozenset({name}), only=name)
        for event in events:
            try:
                with unit():
                    hooks.on_event(event)
            except Exception as error:
                cause = error.__cause__ or error
                told = f"{type(cause).__name__}: {cause}".splitlines()[0]
                yield Breach(f"event {event.name}", f"delivered {how} it raises {told}")


def _find_failed_jobs(subject: Subject) -> Iterator[Breach]:
    own = sa.select(JobRow.name, JobRow.error).where(
        JobRow.name.startswith(f"{subject.name}."), JobRow.error.is_not(None)
    )
    with subject.app.app_context(), db.engines["read"].connect() as connection:
        for name, error in connection.execute(own):
            yield Breach(f"job {name}", str(error).strip().splitlines()[-1])
