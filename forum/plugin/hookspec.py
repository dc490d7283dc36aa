"""The two markers: `hookspec` for the specs of this package, `hookimpl` for plugins."""

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pluggy

from forum.plugin.checks import Check, check_for

PROJECT = "forum"
SPEC_ATTRIBUTE = "forum_hook"

Audience = Literal["start", "area", "loaded"]
OnError = Literal["skip", "abort"]
Kind = Literal[
    "register",
    "validate",
    "filter",
    "render",
    "collect",
    "on",
    "move",
    "copy",
    "delete",
    "merge",
    "erase",
    "export",
    "seed",
]
Verify = Callable[[str, tuple[Any, ...], Any], str | None]
"""A second look at a well-typed result: (plugin, arguments, result) -> what is wrong, or None."""

AUDIENCES: dict[Kind, tuple[Audience, ...]] = {
    "register": ("start",),
    "validate": ("area",),
    "filter": ("area",),
    "render": ("area",),
    "collect": ("area", "loaded"),
    "on": ("area",),
    "move": ("loaded",),
    "copy": ("loaded",),
    "delete": ("loaded",),
    "merge": ("loaded",),
    "erase": ("loaded",),
    "export": ("loaded",),
    "seed": ("loaded",),
}
MAY_SKIP: frozenset[Kind] = frozenset({"filter", "render", "collect"})
"""The kinds whose failure neither publishes, nor leaks, nor loses anything."""

_MARK_SPEC = pluggy.HookspecMarker(PROJECT)
_MARK_IMPL = pluggy.HookimplMarker(PROJECT)
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A hook that goes: since and until which version of the API, and what to use instead."""

    since: str
    until: str
    instead: str


@dataclass(frozen=True, slots=True)
class HookSpec:
    """What is known of a hook beside its signature."""

    name: str
    kind: Kind
    audience: Audience
    on_error: OnError
    arguments: tuple[str, ...]
    check: Check
    verify: Verify | None
    deprecated: Deprecated | None = None


def hookspec(
    *,
    audience: Audience,
    on_error: OnError,
    verify: Verify | None = None,
    deprecated: Deprecated | None = None,
) -> Callable[[F], F]:
    """Declare a hook: kind from its verb, arguments and result type from its signature.

    Errors: TypeError when audience or error policy contradict the kind.
    """

    def declare(function: F) -> F:
        kind = _kind_of(function.__name__)
        if audience not in AUDIENCES[kind]:
            right = " or ".join(AUDIENCES[kind])
            raise TypeError(f"{function.__name__}: {kind} hooks have audience {right}")
        if on_error == "skip" and kind not in MAY_SKIP:
            raise TypeError(f"{function.__name__}: {kind} hooks fail closed")
        spec = HookSpec(
            name=function.__name__,
            kind=kind,
            audience=audience,
            on_error=on_error,
            arguments=tuple(inspect.signature(function).parameters),
            check=check_for(typing.get_type_hints(function)["return"]),
            verify=verify,
            deprecated=deprecated,
        )
        setattr(function, SPEC_ATTRIBUTE, spec)
        return _MARK_SPEC(function)

    return declare


def hookimpl(function: F) -> F:
    """Mark a function of a plugin as the implementation of the hook of the same name.

    It may leave out arguments that it does not need, never rename them. Order, wrapping and
    optional hooks are not the plugin's to choose, so the marker takes no options.
    """
    return _MARK_IMPL(function)


def _kind_of(name: str) -> Kind:
    verb = name.split("_", 1)[0]
    for kind in AUDIENCES:
        if kind == verb:
            return kind
    raise TypeError(f"{name}: {verb!r} is no kind of hook")
