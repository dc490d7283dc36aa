"""A plugin with things to tell on the surfaces that core shares, and its switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from forum.areas.operations import set_plugin_state
from forum.areas.queries import get_system_scope
from forum.core.database import unit
from forum.plugin import Manifest
from forum.plugin.contributions import Contributions
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import Loaded, LoadedPlugin
from forum.plugin.states import State
from tests.forum.discussions.world import World


def make_plugin(
    hooks: Mapping[str, Callable[..., Any]], *, name: str = "kudos", **brought: Any
) -> LoadedPlugin:
    """A loaded plugin with these hooks and contributions."""
    return LoadedPlugin(
        manifest=Manifest(name=name, title="Danke", summary="Dankt", core=">=0", licence="X"),
        version="1",
        module=ModuleType(name),
        builtin=False,
        implementations=dict(hooks),
        contributions=Contributions(**brought),
    )


@contextmanager
def loaded(world: World, *plugins: LoadedPlugin, strict: bool = True) -> Iterator[None]:
    """Load these plugins beside those that are there."""
    services = world.app.extensions["forum"]
    before: Dispatcher = services["dispatcher"]
    guard = Guard(isolate=before.guard._isolate, strict=strict)
    services["dispatcher"] = Dispatcher(Loaded(plugins=(*before.loaded.plugins, *plugins)), guard)
    try:
        yield
    finally:
        services["dispatcher"] = before


def switch(world: World, slug: str, state: str, *, plugin: str = "kudos") -> None:
    """Switch the plugin in an area and below."""
    with world.app.app_context(), unit():
        set_plugin_state(get_system_scope(slug), plugin, state=State(state))
