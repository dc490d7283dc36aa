"""The hooks that one plugin's module implements, found and checked through pluggy."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pluggy

from forum.plugin.errors import BrokenPlugin
from forum.plugin.hookspec import PROJECT
from forum.plugin.specs import MODULES, SPECS

Implementation = Callable[..., Any]
"""Called with all arguments of the spec, in its order."""


def find_implementations(module: ModuleType, plugin: str) -> dict[str, Implementation]:
    """Find a plugin's hooks by name.

    Every plugin gets a manager of its own: what one misspells cannot hit another.
    Errors: BrokenPlugin for unknown hooks, wrong arguments, options, unmarked functions.
    """
    _refuse_unmarked(module, plugin)
    manager = pluggy.PluginManager(PROJECT)
    for specs in MODULES:
        manager.add_hookspecs(specs)
    try:
        manager.register(module, plugin)
    except pluggy.PluginValidationError as error:
        raise BrokenPlugin(
            plugin,
            "hook signature",
            what=" ".join(str(error).split()),
            mend="take the argument names from the spec",
        ) from error
    _refuse_unknown(manager, plugin)
    found: dict[str, Implementation] = {}
    for caller in manager.get_hookcallers(module) or ():
        for implementation in caller.get_hookimpls():
            _refuse_options(implementation, plugin)
            _refuse_coroutine(implementation, plugin)
            found[caller.name] = _adapt(caller.name, implementation.function)
    return found


def _refuse_unmarked(module: ModuleType, plugin: str) -> None:
    for name in SPECS:
        function = vars(module).get(name)
        if inspect.isfunction(function) and not hasattr(function, f"{PROJECT}_impl"):
            raise BrokenPlugin(
                plugin,
                "hook marker",
                what=f"{name} is not marked as a hook and would never be called",
                mend="put @hookimpl above it",
            )


def _refuse_unknown(manager: pluggy.PluginManager, plugin: str) -> None:
    for name, caller in vars(manager.hook).items():
        if isinstance(caller, pluggy.HookCaller) and not caller.has_spec():
            near = difflib.get_close_matches(name, SPECS, n=1)
            raise BrokenPlugin(
                plugin,
                "hook name",
                what=f"there is no hook {name!r}",
                mend=f"did you mean {near[0]!r}?" if near else "see docs/hooks.md",
            )


def _refuse_options(implementation: pluggy.HookImpl, plugin: str) -> None:
    options: Mapping[str, Any] = implementation.opts
    given = sorted(name for name, value in options.items() if value)
    if given:
        raise BrokenPlugin(
            plugin,
            "hook options",
            what=f"{implementation.function.__name__} is marked with {', '.join(given)}",
            mend="use forum.plugin.hookimpl, which takes no options",
        )


def _refuse_coroutine(implementation: pluggy.HookImpl, plugin: str) -> None:
    if inspect.iscoroutinefunction(implementation.function):
        raise BrokenPlugin(
            plugin,
            "hook signature",
            what=f"{implementation.function.__name__} is a coroutine function",
            mend="write a plain function: hooks are called, not awaited",
        )


def _adapt(hook: str, function: Implementation) -> Implementation:
    """Bridge from all arguments of the spec to those that the implementation named."""
    wanted = list(inspect.signature(function).parameters)
    offered = SPECS[hook].arguments
    if wanted == list(offered):
        return function
    places = [(name, offered.index(name)) for name in wanted if name in offered]

    def call(*arguments: Any) -> Any:
        return function(**{name: arguments[place] for name, place in places})

    return call
