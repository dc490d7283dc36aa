"""What plugins put into the log and the queue, held against what they declared as their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.core import events, jobs
from forum.core.services import service
from forum.plugin.calling import require_own
from forum.plugin.types import EventDraft, EventSpec
from forum.plugin.vocabulary import read_payload


def append_events(*drafts: EventDraft) -> None:
    """Write events of the calling plugin into the transaction, as `register_events` declares them.

    Errors: KeyError for an event that no loaded plugin declares, which all of the core's are;
    ForeignName for another plugin's; TypeError for a payload that does not fit, or an area that is
    missing or too much.
    Cost: one statement, whatever the number; one more before the commit when pages are stamped.
    """
    dispatcher = service("dispatcher")
    lines: list[dict[str, Any]] = []
    stamps = False
    for draft in drafts:
        event = dispatcher.find_event(draft.name)
        if event is None:
            raise KeyError(f"no plugin declares an event {draft.name!r} in register_events")
        require_own(draft.name)
        lines.append(_to_line(event, draft))
        stamps = stamps or event.stamps
    events.append_lines(lines, stamps=stamps)


def _to_line(event: EventSpec, draft: EventDraft) -> dict[str, Any]:
    if event.per_area != (draft.area_id is not None):
        raise TypeError(f"{event.name} {'needs an' if event.per_area else 'has no'} area")
    return {
        "name": event.name,
        "area_id": draft.area_id,
        "actor_id": draft.actor_id,
        "origin": draft.origin,
        "payload": read_payload(event, draft.payload),
    }


def enqueue(
    name: str,
    *,
    args: dict[str, Any] | None = None,
    run_at: datetime | None = None,
    dedup_key: str | None = None,
    max_attempts: int = 5,
    area_id: int | None = None,
) -> int:
    """Write a job of the calling plugin into the transaction; see `forum.core.jobs.enqueue`.

    Errors: as there; ForeignName for a job of another plugin or of the core.
    Cost: one statement.
    """
    require_own(name)
    return jobs.enqueue(
        name,
        args=args,
        run_at=run_at,
        dedup_key=dedup_key,
        max_attempts=max_attempts,
        area_id=area_id,
    )
