"""Settings along the chain: inheritance, locks, checks, and the form's fields."""

from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, field_validator, model_validator

from forum.plugin import setting
from forum.plugin.fields import Choice, SettingField, describe_fields
from forum.plugin.settings import (
    CheckedSettings,
    SettingProblem,
    SettingsLayer,
    check_settings,
    resolve_settings,
)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Model(BaseModel):
    most: int = setting(5, label="Höchstens", help="Antworten je Mitglied", ge=1, le=50)
    least: int = setting(1, label="Mindestens", ge=0)
    secret: bool = setting(False, label="Geheim")
    style: Literal["bar", "pie"] = setting("bar", label="Darstellung", choices={"bar": "Balken"})
    server: str = setting("", label="Server", area_admin=False, max_length=20)

    @model_validator(mode="after")
    def _in_order(self) -> "Model":
        if self.least > self.most:
            raise ValueError("upside down")
        return self


def layers(*entries: dict[str, Any], locked: dict[int, set[str]] | None = None):
    return [
        SettingsLayer(number, values, frozenset((locked or {}).get(number, ())))
        for number, values in enumerate(entries, start=1)
    ]


def test_without_layers_the_defaults_hold():
    resolved = resolve_settings(Model, [])
    assert resolved.values == Model()
    assert (resolved.sources, resolved.locks, resolved.problems) == ({}, {}, {})


def test_the_nearest_area_that_says_something_wins_per_key():
    resolved = resolve_settings(Model, layers({"most": 9, "least": 2}, {}, {"most": 7}))
    assert resolved.values == Model(most=7, least=2)
    assert resolved.sources == {"most": 3, "least": 1}


def test_a_lock_holds_below_and_not_at_the_area_that_set_it():
    entries = layers({"most": 9}, {"most": 8}, {"most": 7}, locked={2: {"most"}, 3: {"most"}})
    resolved = resolve_settings(Model, entries)
    assert resolved.values == Model(most=8)
    assert (resolved.sources, resolved.locks) == ({"most": 2}, {"most": 2})


def test_a_lock_without_a_value_locks_what_is_inherited():
    resolved = resolve_settings(Model, layers({}, {"most": 8}, locked={1: {"most"}}))
    assert resolved.values == Model()


def test_stored_values_that_no_longer_fit_give_way_to_the_default():
    resolved = resolve_settings(Model, layers({"most": "viele", "gone": 1, "least": 2}))
    assert resolved.values == Model(least=2)
    assert resolved.sources == {"least": 1}
    assert list(resolved.problems) == ["most"]
    assert resolved.problems["most"].code == "int_parsing"


def test_stored_values_that_do_not_fit_together_give_way_to_the_defaults():
    resolved = resolve_settings(Model, layers({"most": 2, "secret": True}, {"least": 3}))
    assert resolved.values == Model()
    assert sorted(resolved.problems) == ["least", "most", "secret"]


def check(submitted: dict[str, object], *, as_operator: bool = False, **above: Any):
    chain = layers(above.get("values", {}), locked={1: above.get("locked", set())})
    return check_settings(Model, submitted, above=chain, as_operator=as_operator)


def test_a_good_form_gives_what_to_store():
    submitted: dict[str, object] = {"most": "7", "secret": "on", "style": "pie"}
    assert check(submitted) == CheckedSettings({"most": 7, "secret": True, "style": "pie"}, {})
    assert check({}) == CheckedSettings({}, {})


def test_problems_are_named_at_their_fields():
    checked = check({"most": "99", "style": "cake", "colour": "red", "server": "a"})
    assert checked.values == {}
    assert checked.problems == {
        "colour": SettingProblem("unknown"),
        "server": SettingProblem("operator_only"),
        "most": SettingProblem("less_than_equal", {"le": 50}),
        "style": SettingProblem("literal_error", {"expected": "'bar' or 'pie'"}),
    }


def test_a_locked_key_is_refused_with_the_area_that_locked_it():
    checked = check({"most": 7}, locked={"most"})
    assert checked.problems == {"most": SettingProblem("locked", {"area_id": 1})}


def test_the_operator_sets_everything():
    assert check({"server": "a"}, as_operator=True) == CheckedSettings({"server": "a"}, {})


def test_what_does_not_fit_together_with_inherited_values_is_a_problem_of_the_form():
    checked = check({"least": 8}, values={"most": 6})
    assert list(checked.problems) == [""]
    assert checked.problems[""].code == "value_error"


def test_a_broken_value_above_does_not_block_the_form():
    assert check({"least": "3"}, values={"most": "viele"}) == CheckedSettings({"least": 3}, {})


def test_the_form_learns_what_to_draw():
    assert describe_fields(Model) == (
        SettingField(
            name="most",
            label="Höchstens",
            help="Antworten je Mitglied",
            kind="int",
            default=5,
            minimum=1,
            maximum=50,
        ),
        SettingField(name="least", label="Mindestens", help="", kind="int", default=1, minimum=0),
        SettingField(name="secret", label="Geheim", help="", kind="bool", default=False),
        SettingField(
            name="style",
            label="Darstellung",
            help="",
            kind="choice",
            default="bar",
            choices=(Choice("bar", "Balken"), Choice("pie", "pie")),
        ),
        SettingField(
            name="server",
            label="Server",
            help="",
            kind="text",
            default="",
            max_length=20,
            area_admin=False,
        ),
    )


@pytest.mark.parametrize(
    ("annotation", "default", "kind", "optional", "choices"),
    [
        (float, 0.5, "float", False, ()),
        (int | None, None, "int", True, ()),
        (Colour, Colour.RED, "choice", False, ("red", "blue")),
        (tuple[str, ...], (), "lines", False, ()),
        (tuple[Colour, ...], (), "choices", False, ("red", "blue")),
        (tuple[Literal["a", "b"], ...], ("a",), "choices", False, ("a", "b")),
    ],
)
def test_kinds_of_fields(annotation: Any, default: Any, kind: str, optional: bool, choices: Any):
    class One(BaseModel):
        field: annotation = setting(default, label="Feld")

    [field] = describe_fields(One)
    assert (field.kind, field.optional) == (kind, optional)
    assert tuple(choice.value for choice in field.choices) == choices


def test_a_validator_of_the_plugin_speaks_at_its_field():
    class Even(BaseModel):
        count: int = setting(2, label="Zahl")

        @field_validator("count")
        @classmethod
        def _even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("odd")
            return value

    checked = check_settings(Even, {"count": 3}, above=[], as_operator=False)
    assert {key: problem.code for key, problem in checked.problems.items()} == {
        "count": "value_error"
    }
