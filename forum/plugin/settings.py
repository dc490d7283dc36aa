"""Settings of a plugin per area: inheritance along the chain, locks, checks, form fields.

Pure: rows are kept by `forum.areas`, forms are drawn by `forum.web`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from forum.plugin.fields import SettingField, describe_fields


@dataclass(frozen=True, slots=True)
class SettingsLayer:
    """What one area says: values by key, and the keys that may not be changed below."""

    area_id: int
    values: Mapping[str, object] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """What is wrong with a value: pydantic's error type, or one of ours, with its parameters.

    Ours: `unknown` (no such key), `locked` (`area_id` says where), `operator_only`.
    """

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """The effective values in an area.

    `sources` says which area each value comes from (left out: the default), `locks` which area
    above locked it, `problems` which stored values no longer fit and were passed over.
    """

    values: BaseModel
    sources: Mapping[str, int]
    locks: Mapping[str, int]
    problems: Mapping[str, SettingProblem]


@dataclass(frozen=True, slots=True)
class CheckedSettings:
    """The answer to a form: what to store as the area's own values, or what is wrong.

    The problem under the empty key concerns the values together.
    """

    values: Mapping[str, object]
    problems: Mapping[str, SettingProblem]


def resolve_settings(model: type[BaseModel], chain: Sequence[SettingsLayer]) -> ResolvedSettings:
    """Work out the settings at the end of a chain from the root to an area.

    Never raises over stored values: a plugin's newer version may have other fields, and the page
    must stand; values that do not fit give way to the default.
    Cost: one validation, one more when a stored value does not fit.
    """
    merged, sources, locks = _merge(model, chain)
    problems: dict[str, SettingProblem] = {}
    while True:
        try:
            values = model.model_validate(merged)
        except ValidationError as error:
            found = _problems(error)
            wrong = [key for key in found if key in merged] or list(merged)
            if not wrong:
                raise
            for key in wrong:
                problems[key] = found.get(key) or next(iter(found.values()))
                del merged[key], sources[key]
        else:
            return ResolvedSettings(values, sources, locks, problems)


def check_settings(
    model: type[BaseModel],
    submitted: Mapping[str, object],
    *,
    above: Sequence[SettingsLayer],
    as_operator: bool,
) -> CheckedSettings:
    """Check what an area's form says against the model, the locks and who may set what.

    `submitted` replaces the area's own values; a key that is missing is inherited.
    """
    merged, _, locks = _merge(model, above)
    problems = _refused(model, submitted, locks, as_operator=as_operator)
    allowed = {key: value for key, value in submitted.items() if key not in problems}
    try:
        valid = model.model_validate({**merged, **allowed})
    except ValidationError as error:
        # What is wrong above is not this form's to mend; resolve_settings passes it over.
        found = _problems(error)
        problems |= {key: found[key] for key in found if key in allowed or key == ""}
        if problems:
            return CheckedSettings({}, problems)
        clean = resolve_settings(model, [*above, SettingsLayer(0, allowed)])
        valid = clean.values
    if problems:
        return CheckedSettings({}, problems)
    stored = valid.model_dump(mode="json", include=set(allowed))
    return CheckedSettings(stored, {})


def _merge(
    model: type[BaseModel], chain: Sequence[SettingsLayer]
) -> tuple[dict[str, Any], dict[str, int], dict[str, int]]:
    merged: dict[str, Any] = {}
    sources: dict[str, int] = {}
    locks: dict[str, int] = {}
    for layer in chain:
        for key, value in layer.values.items():
            if key in model.model_fields and key not in locks:
                merged[key] = value
                sources[key] = layer.area_id
        for key in layer.locked:
            if key in model.model_fields:
                locks.setdefault(key, layer.area_id)
    return merged, sources, locks


def _refused(
    model: type[BaseModel],
    submitted: Mapping[str, object],
    locks: Mapping[str, int],
    *,
    as_operator: bool,
) -> dict[str, SettingProblem]:
    fields: dict[str, SettingField] = {item.name: item for item in describe_fields(model)}
    problems: dict[str, SettingProblem] = {}
    for key in submitted:
        if key not in fields:
            problems[key] = SettingProblem("unknown")
        elif key in locks:
            problems[key] = SettingProblem("locked", {"area_id": locks[key]})
        elif not (as_operator or fields[key].area_admin):
            problems[key] = SettingProblem("operator_only")
    return problems


def _problems(error: ValidationError) -> dict[str, SettingProblem]:
    found: dict[str, SettingProblem] = {}
    for item in error.errors(include_url=False, include_input=False):
        key = str(item["loc"][0]) if item["loc"] else ""
        context = {
            name: value
            for name, value in item.get("ctx", {}).items()
            if isinstance(value, str | int | float | bool)
        }
        found.setdefault(key, SettingProblem(item["type"], context))
    return found
