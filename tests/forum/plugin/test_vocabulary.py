"""What plugins declare of their events holds for every payload, strictly."""

from dataclasses import replace
from typing import Any

import pytest

from forum.plugin import EventField, EventSpec, Manifest, Undoing
from forum.plugin.types.events import FieldKind
from forum.plugin.vocabulary import MOST_ITEMS, TEXT_CHARS, find_fault, read_payload

MANIFEST = Manifest(name="kudos", title="Danke", summary="Kurz", core=">=1", licence="MIT")
SPEC = EventSpec(
    name="kudos.thanks_given",
    title="Jemand hat sich bedankt",
    fields=(
        EventField(name="user_id", kind="user", label="Wem gedankt wurde"),
        EventField(name="post_id", kind="post", label="Beitrag", optional=True),
    ),
)


def of(kind: FieldKind) -> EventSpec:
    return replace(SPEC, fields=(EventField(name="x", kind=kind, label="X"),))


def test_a_payload_holds_every_declared_field() -> None:
    assert read_payload(SPEC, {"user_id": 3}) == {"user_id": 3, "post_id": None}
    assert read_payload(SPEC, {"post_id": 5, "user_id": 3}) == {"user_id": 3, "post_id": 5}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("user", 1),
        ("number", -4),
        ("number", 0),
        ("text", ""),
        ("text", "ä" * TEXT_CHARS),
        ("flag", False),
        ("ids", []),
        ("users", [1, 2]),
        ("texts", ["a"]),
    ],
)
def test_good_values(kind: FieldKind, value: Any) -> None:
    assert read_payload(of(kind), {"x": value}) == {"x": value}


def test_tuples_are_kept_as_the_lists_that_readers_get() -> None:
    assert read_payload(of("posts"), {"x": (4, 5)}) == {"x": [4, 5]}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("user", None, "kudos.thanks_given, x: expected an id, got None"),
        ("user", 0, "expected an id, got 0"),
        ("user", True, "expected an id, got True"),
        ("user", "3", "expected an id, got '3'"),
        ("user", 2**63, "expected an id"),
        ("number", 1.0, "expected a whole number, got 1.0"),
        ("number", 2**53 + 1, "expected a whole number"),
        ("text", 3, "expected a text, got int"),
        ("text", "ä" * (TEXT_CHARS + 1), "at most 200 characters"),
        ("text", "a\x00b", "without NUL"),
        ("flag", 1, "expected True or False, got 1"),
        ("ids", 3, "expected a list, got int"),
        ("ids", [1, "2"], "expected an id, got '2'"),
        ("ids", [1] * (MOST_ITEMS + 1), "expected at most 500 of them, got 501"),
    ],
)
def test_bad_values(kind: FieldKind, value: Any, said: str) -> None:
    with pytest.raises(TypeError, match=r"kudos\.thanks_given") as caught:
        read_payload(of(kind), {"x": value})
    assert said in str(caught.value)


def test_a_field_that_was_not_declared_is_refused() -> None:
    with pytest.raises(TypeError, match=r"kudos\.thanks_given has no field 'mood'"):
        read_payload(SPEC, {"user_id": 3, "mood": "good"})


FIELD = SPEC.fields[0]


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        (replace(SPEC, title=" "), "has no title"),
        (replace(SPEC, name="kudos." + "x" * 80), "is too long"),
        (replace(SPEC, per_area=False), "has no area, but the plugin lives in areas"),
        (replace(SPEC, keep_days=1), "is kept 1 days"),
        (replace(SPEC, fields=(FIELD, FIELD)), "has the field 'user_id' twice"),
        (replace(SPEC, fields=(replace(FIELD, name="User"),)), "has a field 'User'"),
        (replace(SPEC, fields=(replace(FIELD, name="area_id"),)), "has a field 'area_id'"),
        (
            replace(SPEC, fields=(replace(FIELD, label=""),)),
            "has a field 'user_id' without a label",
        ),
        (replace(SPEC, fields=(FIELD,) * 21), "has 21 fields"),
        (
            replace(SPEC, undoes=(Undoing(event="kudos.thanks_given", by=()),)),
            "undoes every kudos.thanks_given",
        ),
        (
            replace(SPEC, undoes=(Undoing(event="kudos.thanks_given", by=("mood",)),)),
            "undoes by 'mood'",
        ),
    ],
)
def test_faults_of_declarations(spec: EventSpec, what: str) -> None:
    assert find_fault(SPEC, MANIFEST) is None
    fault = find_fault(spec, MANIFEST)
    assert fault is not None
    assert fault[0] == what
