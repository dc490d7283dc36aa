"""What plugins say of their events, held against the rules; payloads, held against what they say.

The vocabulary of all events together is `forum.areas.vocabulary`.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from forum.plugin.types import EventField, EventSpec, Manifest
from forum.plugin.types.events import FieldKind

MOST_FIELDS: Final = 20
MOST_ITEMS: Final = 500
TEXT_CHARS: Final = 200
LARGEST_NUMBER: Final = 2**53
"""Beyond it, JSON readers that know floats only would see another number."""
SHORTEST_DAYS: Final = 7
LONGEST_DAYS: Final = 3650
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME_CHARS: Final = 80
_TAKEN: Final = frozenset({"id", "name", "at", "area_id", "actor_id", "origin", "payload"})


def find_fault(event: EventSpec, manifest: Manifest) -> tuple[str, str] | None:
    """Say what is wrong with a declaration and what mends it; None when it is good."""
    if len(event.name) > _NAME_CHARS:
        return "is too long", f"use at most {_NAME_CHARS} characters"
    if not event.title.strip():
        return "has no title", "say in one line what happened"
    if not event.per_area and "site" not in manifest.scopes:
        return "has no area, but the plugin lives in areas", 'add "site" to scopes, or per_area'
    if event.keep_days is not None and not SHORTEST_DAYS <= event.keep_days <= LONGEST_DAYS:
        return (
            f"is kept {event.keep_days} days",
            f"keep it {SHORTEST_DAYS} to {LONGEST_DAYS} days, or None",
        )
    if len(event.fields) > MOST_FIELDS:
        return f"has {len(event.fields)} fields", f"use at most {MOST_FIELDS}"
    return _find_fault_of_fields(event)


def _find_fault_of_fields(event: EventSpec) -> tuple[str, str] | None:
    names = [field.name for field in event.fields]
    for field in event.fields:
        if not _FIELD.fullmatch(field.name):
            return f"has a field {field.name!r}", "use a–z, 0–9 and _"
        if field.name in _TAKEN:
            return f"has a field {field.name!r}", "rename it: every event has one of this name"
        if names.count(field.name) > 1:
            return f"has the field {field.name!r} twice", "rename one"
        if not field.label.strip():
            return f"has a field {field.name!r} without a label", "say in one line what it is"
    return _find_fault_of_undoing(event, {*names, "actor_id"})


def _find_fault_of_undoing(event: EventSpec, known: set[str]) -> tuple[str, str] | None:
    for undoing in event.undoes:
        if not undoing.by:
            return f"undoes every {undoing.event}", "name the fields in which both are equal"
        strange = sorted(set(undoing.by) - known)
        if strange:
            return f"undoes by {strange[0]!r}", "name fields of its own, or actor_id"
    return None


def read_payload(event: EventSpec, payload: Mapping[str, object]) -> dict[str, object]:
    """Return a payload as the log keeps it: every declared field, lists as lists.

    Errors: TypeError naming event and field, also for a field that was not declared.
    Cost: linear in the payload.
    """
    known = {field.name for field in event.fields}
    strange = sorted(map(str, set(payload) - known))
    if strange:
        raise TypeError(f"{event.name} has no field {strange[0]!r}; declare it in register_events")
    return {field.name: _read(event, field, payload.get(field.name)) for field in event.fields}


def _read(event: EventSpec, field: EventField, value: object) -> object:
    if value is None and field.optional:
        return None
    problem = _CHECKS[field.kind](value)
    if problem is not None:
        raise TypeError(f"{event.name}, {field.name}: {problem}")
    return list(value) if isinstance(value, tuple) else value


_Check = Callable[[object], str | None]


def _check_id(value: object) -> str | None:
    if type(value) is int and 0 < value < 2**63:
        return None
    return f"expected an id, got {value!r:.80}"


def _check_number(value: object) -> str | None:
    if type(value) is int and abs(value) <= LARGEST_NUMBER:
        return None
    return f"expected a whole number, got {value!r:.80}"


def _check_text(value: object) -> str | None:
    if not isinstance(value, str):
        return f"expected a text, got {type(value).__name__}"
    if "\x00" in value or len(value) > TEXT_CHARS:
        return f"expected a text of at most {TEXT_CHARS} characters without NUL"
    return None


def _check_flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"expected True or False, got {value!r:.80}"


def _each(check: _Check) -> _Check:
    def check_all(value: object) -> str | None:
        if not isinstance(value, (list, tuple)):
            return f"expected a list, got {type(value).__name__}"
        if len(value) > MOST_ITEMS:
            return f"expected at most {MOST_ITEMS} of them, got {len(value)}"
        return next((problem for one in value if (problem := check(one)) is not None), None)

    return check_all


_CHECKS: Final[Mapping[FieldKind, _Check]] = MappingProxyType(
    {
        "user": _check_id,
        "users": _each(_check_id),
        "topic": _check_id,
        "post": _check_id,
        "posts": _each(_check_id),
        "area": _check_id,
        "id": _check_id,
        "ids": _each(_check_id),
        "number": _check_number,
        "text": _check_text,
        "texts": _each(_check_text),
        "flag": _check_flag,
    }
)
