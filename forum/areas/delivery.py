"""Brings events and jobs to plugins, only from and for areas where they are on at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from forum.areas.queries.plugins import list_plugin_areas
from forum.core.consumers import Consumer, register_consumer
from forum.core.events import StoredEvent
from forum.core.jobs import JobRegistry, register_job
from forum.core.services import service
from forum.plugin import EventRef, JobSpec
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import LoadedPlugin


def register_deliveries(dispatcher: Dispatcher) -> None:
    """Give every loaded plugin a consumer of its events and its jobs; called while wiring."""
    registry: JobRegistry = service("jobs")
    registry.gate = _may_run
    for plugin in dispatcher.loaded.plugins:
        if plugin.manifest.events:
            _register_consumer(dispatcher, plugin)
        for job in plugin.contributions.jobs:
            _register_job(dispatcher, plugin, job)


def _register_consumer(dispatcher: Dispatcher, plugin: LoadedPlugin) -> None:
    def handle(batch: list[StoredEvent]) -> None:
        _deliver(dispatcher, plugin, batch)

    register_consumer(
        Consumer(
            name=f"plugin.{plugin.name}",
            handle=handle,
            events=frozenset(plugin.manifest.events),
            start="first" if plugin.builtin else "now",
        )
    )


def _deliver(dispatcher: Dispatcher, plugin: LoadedPlugin, batch: list[StoredEvent]) -> None:
    areas = list_plugin_areas({event.area_id for event in batch if event.area_id is not None})
    hooks = dispatcher.for_area(frozenset({plugin.name}), only=plugin.name)
    for event in batch:
        area = areas.get(event.area_id) if event.area_id is not None else None
        wanted = plugin.builtin or (plugin.name in area.plugins if area else False)
        if wanted or (event.area_id is None and plugin.manifest.site_only):
            hooks.on_event(_to_ref(event))


def _to_ref(event: StoredEvent) -> EventRef:
    return EventRef(
        id=event.id,
        name=event.name,
        at=event.at,
        area_id=event.area_id,
        actor_id=event.actor_id,
        origin=cast(Literal["member", "import", "system"], event.origin),
        payload=event.payload,
    )


def _register_job(dispatcher: Dispatcher, plugin: LoadedPlugin, job: JobSpec) -> None:
    def run(**arguments: Any) -> None:
        dispatcher.run(
            plugin.name,
            job.name,
            cast(Any, job.run),
            (arguments,),
            kind="job" if job.transaction else "task",
            on_error="abort",
            area_id=_area_of(arguments),
        )

    owner = plugin.name if job.per_area and not plugin.builtin else None
    register_job(job.name, run, plugin=owner, transaction=job.transaction)


def _area_of(arguments: Mapping[str, Any]) -> int | None:
    area_id = arguments.get("area_id")
    return area_id if isinstance(area_id, int) else None


def _may_run(plugin: str, area_id: int | None) -> bool:
    """A job of a plugin is dropped where the plugin is off when its turn comes."""
    if area_id is None:
        return True
    area = list_plugin_areas([area_id]).get(area_id)
    return area is not None and plugin in area.plugins
