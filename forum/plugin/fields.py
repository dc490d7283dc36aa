"""Fields of a settings model: how a plugin declares one, and how a form learns what to draw."""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

FieldKind = Literal["bool", "int", "float", "text", "lines", "choice", "choices"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, and its msgid."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """A field of the form. `label` and `help` are msgids in the plugin's domain."""

    name: str
    label: str
    help: str
    kind: FieldKind
    default: object
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    area_admin: bool = True


def setting(
    default: Any,
    *,
    label: str,
    help: str = "",
    area_admin: bool = True,
    choices: Mapping[str, str] | None = None,
    **limits: Any,
) -> Any:
    """Declare a field of a settings model; every field has a default.

    `choices` gives msgids for the values of a Literal or an Enum; without `area_admin` only the
    operator sets it; `limits` are pydantic's (`ge`, `le`, `max_length`).
    """
    extra: dict[str, Any] = {"area_admin": area_admin, "choices": dict(choices or {})}
    return Field(default, title=label, description=help, json_schema_extra=extra, **limits)


@lru_cache(maxsize=256)
def describe_fields(model: type[BaseModel]) -> tuple[SettingField, ...]:
    """Describe the form of a model, in the order of its fields.

    Errors: TypeError for a field without default, without label, or of a type no form can draw.
    """
    return tuple(_describe(name, info) for name, info in model.model_fields.items())


def _describe(name: str, info: FieldInfo) -> SettingField:
    if info.is_required():
        raise TypeError(f"setting {name!r} has no default")
    if not info.title:
        raise TypeError(f"setting {name!r} has no label")
    annotation, optional = _without_none(info.annotation)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind, values = _kind(name, annotation)
    labels: Any = extra.get("choices", {})
    return SettingField(
        name=name,
        label=info.title,
        help=info.description or "",
        kind=kind,
        default=info.get_default(call_default_factory=True, validated_data={}),
        optional=optional,
        choices=tuple(Choice(value, labels.get(value, value)) for value in values),
        minimum=_limit(info, "ge", "gt"),
        maximum=_limit(info, "le", "lt"),
        max_length=_limit(info, "max_length"),
        area_admin=bool(extra.get("area_admin", True)),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    options = [option for option in get_args(annotation) if option is not type(None)]
    if len(options) == len(get_args(annotation)) or len(options) != 1:
        return annotation, False
    return options[0], True


def _kind(name: str, annotation: Any) -> tuple[FieldKind, tuple[str, ...]]:
    simple: dict[Any, FieldKind] = {bool: "bool", int: "int", float: "float", str: "text"}
    if annotation in simple:
        return simple[annotation], ()
    if values := _values(annotation):
        return "choice", values
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple and arguments[1:] == (Ellipsis,):
        if arguments[0] is str:
            return "lines", ()
        if values := _values(arguments[0]):
            return "choices", values
    raise TypeError(f"setting {name!r} has a type that no form can draw: {annotation!r}")


def _values(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        found = get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        found = tuple(member.value for member in annotation)
    else:
        return ()
    return found if all(isinstance(value, str) for value in found) else ()


def _limit(info: FieldInfo, *names: str) -> Any:
    for constraint in info.metadata:
        for name in names:
            value = getattr(constraint, name, None)
            if value is not None:
                return value
    return None
