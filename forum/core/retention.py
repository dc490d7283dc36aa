"""How long the log keeps its lines: for ever, unless who declared an event says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from forum.core import clock
from forum.core.consumers import ConsumerRegistry
from forum.core.database import db
from forum.core.events import ConsumerCursor, EventRow
from forum.core.services import service


def forget_events(kept: Mapping[str, timedelta]) -> int:
    """Delete lines that are older than their name is kept and that every reader has passed.

    Return: how many. A reader that is not loaded does not hold them back.
    Cost: one statement for the cursors, one per name; each a scan of the log.
    """
    passed = _find_passed()
    if passed is None:
        return 0
    gone = 0
    for name, span in sorted(kept.items()):
        result = db.session.execute(
            sa.delete(EventRow)
            .where(
                EventRow.name == name,
                EventRow.at < clock.now() - span,
                sa.tuple_(EventRow.xid, EventRow.id) <= sa.tuple_(*map(sa.literal, passed)),
            )
            .execution_options(synchronize_session=False)
        )
        gone += int(result.rowcount)  # type: ignore[attr-defined]
    return gone


def _find_passed() -> tuple[int, int] | None:
    """Return the place that every registered reader has passed; None while one has not begun."""
    registry: ConsumerRegistry = service("consumers")
    cursor = ConsumerCursor
    rows = db.session.execute(sa.select(cursor.name, cursor.xid, cursor.event_id)).all()
    places = {row.name: (row.xid, row.event_id) for row in rows}
    if not registry.consumers or not registry.consumers.keys() <= places.keys():
        return None
    return min(places[name] for name in registry.consumers)
