"""Whom an event is credited to, read from its declaration: no event needs code here.

A payload that names a member as `user_id` tells whom it happened to; else it is who acted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from forum.api.data import list_event_types
from forum.plugin import EventRef, EventSpec, Undoing
from forum_badges import limits
from forum_badges.happening import ATTENDED
from forum_badges.values import Happened, Undo

FILTERED: Final = frozenset({"text", "number", "flag", "id", "topic", "area"})
"""Kinds of fields that a condition may ask for a value of."""


def list_countable() -> list[EventSpec]:
    """Return the types of events that conditions can be made of: those that happen in areas."""
    return [event for event in list_event_types() if event.per_area]


def credit(event: EventRef) -> Happened | None:
    """Read whom an event is credited to; nobody for imports, and for what nobody did."""
    if event.origin == "import" or event.area_id is None:
        return None
    known = {spec.name: spec for spec in list_event_types()}
    declared = known.get(event.name)
    if declared is None:
        return None
    kinds = {field.name: field.kind for field in declared.fields}
    named = kinds.get("user_id") == "user"
    user_id = event.payload.get("user_id") if named else event.actor_id
    if not isinstance(user_id, int):
        return None
    topic_id = event.payload.get("topic_id")
    return Happened(
        id=event.id,
        name=event.name,
        user_id=user_id,
        area_id=event.area_id,
        topic_id=topic_id if isinstance(topic_id, int) else None,
        at=_when(event),
        fields=_read_fields(event.payload, kinds),
        key=_find_key(event, known),
    )


def list_undone(event: EventRef) -> list[Undo]:
    """Read what an event takes back, and what it brings back by undoing what took it back."""
    known = {spec.name: spec for spec in list_event_types()}
    found = []
    for undoing in known[event.name].undoes if event.name in known else ():
        target = known.get(undoing.event)
        if target is None:
            continue
        brought = [Undo(_key(event, one), target.name, standing=False) for one in target.undoes]
        found += brought or [Undo(_key(event, undoing), event.name, standing=True)]
    return found


def _find_key(event: EventRef, known: Mapping[str, EventSpec]) -> str:
    """Return what later events know this one by; "" when nothing undoes its type."""
    for spec in known.values():
        for undoing in spec.undoes:
            if undoing.event == event.name:
                return _key(event, undoing)
    return ""


def _key(event: EventRef, undoing: Undoing) -> str:
    said = {"actor_id": event.actor_id, **event.payload}
    values = [undoing.event, *(said.get(name) for name in undoing.by)]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[: limits.KEY]


def _when(event: EventRef) -> datetime:
    """Return when it happened: attendance is written down afterwards."""
    held = event.payload.get("held_at") if event.name == ATTENDED else None
    return datetime.fromisoformat(held) if isinstance(held, str) else event.at


def _read_fields(payload: Mapping[str, object], kinds: Mapping[str, str]) -> dict[str, str]:
    return {
        name: str(payload[name])[: limits.VALUE]
        for name, kind in kinds.items()
        if kind in FILTERED and payload.get(name) is not None
    }
