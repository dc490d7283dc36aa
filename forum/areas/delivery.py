"""Brings events of the log to plugins: one consumer each, only from areas where they are on."""

from __future__ import annotations

from forum.areas.queries import list_plugin_areas
from forum.core.consumers import Consumer, register_consumer
from forum.core.events import StoredEvent
from forum.core.services import service
from forum.plugin import AreaRef, EventRef
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import LoadedPlugin


def register_deliveries(dispatcher: Dispatcher) -> None:
    """Give every loaded plugin that wants events a consumer with a cursor of its own."""
    for plugin in dispatcher.loaded.plugins:
        if plugin.manifest.events:
            _register(plugin)


def _register(plugin: LoadedPlugin) -> None:
    def handle(batch: list[StoredEvent]) -> None:
        deliver_events(plugin, batch)

    register_consumer(
        Consumer(
            name=f"plugin.{plugin.name}",
            handle=handle,
            events=frozenset(plugin.manifest.events),
            start="first" if plugin.builtin else "now",
        )
    )
