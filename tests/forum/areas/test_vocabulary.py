"""The core's events are declared as plugins declare theirs, and stay in step with the code."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest

from forum.api.data import list_event_types
from forum.areas.vocabulary import CORE_EVENTS
from forum.core.events import Event, list_kinds
from forum.plugin.types.events import FieldKind
from tests.forum.areas import samples
from tests.forum.areas.test_delivery import GIVEN, PULSE, Heard, _wire
from tests.forum.areas.town import Town

KINDS = {kind.name: kind for kind in list_kinds()}
COMMON = {field.name for field in dataclasses.fields(Event)}
TYPES: dict[str, set[FieldKind]] = {
    "int": {"user", "topic", "post", "area", "id", "number"},
    "str": {"text"},
    "bool": {"flag"},
    "list[int]": {"users", "posts", "ids"},
    "tuple[int, ...]": {"users", "posts", "ids"},
    "list[str]": {"texts"},
}


def list_fields(kind: type[Event]) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(kind):
        if field.name not in COMMON:
            yield field.name, str(field.type)


def test_every_event_of_the_core_is_declared_once() -> None:
    assert sorted(event.name for event in CORE_EVENTS) == sorted(KINDS)


@pytest.mark.parametrize("event", CORE_EVENTS, ids=lambda event: event.name)
def test_a_declaration_has_the_fields_of_the_payload(event) -> None:  # type: ignore[no-untyped-def]
    declared = {field.name: field for field in event.fields}
    found = dict(list_fields(KINDS[event.name]))
    assert declared.keys() == found.keys()
    for name, written in found.items():
        assert declared[name].optional == written.endswith(" | None")
        assert declared[name].kind in TYPES[re.sub(r" \| None$", "", written)]


@pytest.mark.parametrize(
    "event", [one for one in CORE_EVENTS if one.undoes], ids=lambda event: event.name
)
def test_what_is_undone_is_known_by_fields_of_both(event) -> None:  # type: ignore[no-untyped-def]
    declared = {one.name: one for one in CORE_EVENTS}
    for undoing in event.undoes:
        target = declared[undoing.event]
        assert event.per_area == target.per_area
        for spec in (event, target):
            assert set(undoing.by) <= {field.name for field in spec.fields} | {"actor_id"}
        assert all(one.by == undoing.by for one in target.undoes)


def test_one_type_is_known_by_the_same_fields_to_all_that_undo_it() -> None:
    known: dict[str, set[tuple[str, ...]]] = {}
    for undoing in (undoing for one in CORE_EVENTS for undoing in one.undoes):
        known.setdefault(undoing.event, set()).add(undoing.by)
    assert known
    assert {event for event, fields in known.items() if len(fields) > 1} == set()


def test_plugins_stand_beside_the_core(town: Town) -> None:
    services = town.app.extensions["forum"]
    before = services["dispatcher"]
    services["dispatcher"] = _wire(Heard())
    try:
        with town.app.app_context():
            assert list_event_types() == [*CORE_EVENTS, GIVEN, PULSE]
        services["dispatcher"] = samples.load()
        with town.app.app_context():
            assert list_event_types() == list(CORE_EVENTS)
    finally:
        services["dispatcher"] = before
