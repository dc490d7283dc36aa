"""Events of plugins on their way into the log, held against what the plugins declared."""

from __future__ import annotations

from typing import Any

from forum.core import events
from forum.core.services import service
from forum.plugin.types import EventDraft, EventSpec
from forum.plugin.vocabulary import read_payload


def append_events(*drafts: EventDraft) -> None:
    """Write events of the calling plugin into the transaction, as `register_events` declares them.

    Errors: KeyError for an event that no loaded plugin declares, which all of the core's are;
    TypeError for a payload that does not fit, or an area that is missing or too much.
    Cost: one statement, whatever the number; one more before the commit when pages are stamped.
    """
    dispatcher = service("dispatcher")
    lines: list[dict[str, Any]] = []
    stamps = False
    for draft in drafts:
        event = dispatcher.find_event(draft.name)
        if event is None:
            raise KeyError(f"no plugin declares an event {draft.name!r} in register_events")
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
