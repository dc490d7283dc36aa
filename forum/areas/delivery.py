"""Brings events, jobs and schedules to plugins, for areas where they are on at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any, Literal, cast

from forum.areas.queries.plugins import (
    has_site_plugin,
    list_active_area_ids,
    list_plugin_areas,
)
from forum.core.consumers import Consumer, register_consumer
from forum.core.database import read_unit
from forum.core.events import StoredEvent
from forum.core.health import Finding, register_check
from forum.core.jobs import JobRegistry, register_job
from forum.core.mail import register_guard
from forum.core.retention import forget_events
from forum.core.schedules import register_schedule
from forum.core.services import service
from forum.core.silence import silently
from forum.plugin import EventRef, JobSpec, MailGuard, ScheduleSpec, SiteCheck
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import EVERY_EVENT, LoadedPlugin


def register_deliveries(dispatcher: Dispatcher) -> None:
    """Give every loaded plugin a consumer of its events, jobs and schedules; called on wiring."""
    registry: JobRegistry = service("jobs")
    registry.gate = _may_run
    for plugin in dispatcher.loaded.plugins:
        if plugin.manifest.events:
            _register_consumer(dispatcher, plugin)
        for job in plugin.contributions.jobs:
            _register_job(dispatcher, plugin, job)
        for schedule in plugin.contributions.schedules:
            _register_schedule(dispatcher, plugin, schedule)
        for guard in plugin.contributions.mail_guards:
            _register_guard(dispatcher, plugin, guard)
        for check in plugin.contributions.checks:
            _register_check(dispatcher, plugin, check)
    kept = {event.name: event.keep_days for event in dispatcher.list_events() if event.keep_days}
    spans = {name: timedelta(days=days) for name, days in kept.items()}
    register_schedule("events.forget", timedelta(days=1), partial(forget_events, spans))


def _register_consumer(dispatcher: Dispatcher, plugin: LoadedPlugin) -> None:
    def handle(batch: list[StoredEvent]) -> None:
        deliver_events(dispatcher, plugin, batch)

    wanted = frozenset(plugin.manifest.events)
    register_consumer(
        Consumer(
            name=f"plugin.{plugin.name}",
            handle=handle,
            events=None if EVERY_EVENT in wanted else wanted,
            start="first" if plugin.builtin else "now",
        )
    )


def deliver_events(dispatcher: Dispatcher, plugin: LoadedPlugin, batch: list[StoredEvent]) -> None:
    """Hand events to a plugin, if it is on where they happened; nobody is told about imports."""
    areas = list_plugin_areas({event.area_id for event in batch if event.area_id is not None})
    hooks = dispatcher.for_area(frozenset({plugin.name}), only=plugin.name)
    of_site = plugin.manifest.site_only and _is_on_site(plugin)
    for event in batch:
        area = areas.get(event.area_id) if event.area_id is not None else None
        wanted = plugin.builtin or (plugin.name in area.plugins if area else False)
        if wanted or (event.area_id is None and of_site):
            with silently(when=event.origin == "import"):
                hooks.on_event(_to_ref(event))


def _is_on_site(plugin: LoadedPlugin) -> bool:
    return plugin.builtin or has_site_plugin(plugin.name)


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
        if plugin.manifest.site_only:
            with _asking(job.transaction):
                on = _is_on_site(plugin)
            if not on:
                return
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


def _register_schedule(
    dispatcher: Dispatcher, plugin: LoadedPlugin, schedule: ScheduleSpec
) -> None:
    def run() -> None:
        with _asking(schedule.transaction):
            area_ids = list_active_area_ids(None if plugin.builtin else plugin.name)
        if area_ids:
            dispatcher.run(
                plugin.name,
                schedule.name,
                schedule.run,
                (area_ids,),
                kind="job" if schedule.transaction else "task",
                on_error="abort",
                area_id=None,
            )

    register_schedule(schedule.name, schedule.every, run, transaction=schedule.transaction)


def _register_guard(dispatcher: Dispatcher, plugin: LoadedPlugin, guard: MailGuard) -> None:
    def may_leave(user_id: int, ref: str) -> bool:
        allowed = dispatcher.run(
            plugin.name,
            guard.name,
            guard.may_leave,
            (user_id, ref),
            kind="task",
            on_error="abort",
            area_id=None,
        )
        return bool(allowed)

    register_guard(guard.name, may_leave)


def _register_check(dispatcher: Dispatcher, plugin: LoadedPlugin, check: SiteCheck) -> None:
    def find() -> list[Finding]:
        try:
            found = dispatcher.run(
                plugin.name, check.name, check.run, (), kind="task", on_error="abort", area_id=None
            )
        except Exception as error:
            what = f"{check.name} could not be checked ({type(error).__name__})"
            return [Finding("problem", what, f"see: forum plugin doctor {plugin.name}")]
        return [Finding(one.level, one.what, one.remedy) for one in found or ()]

    register_check(find)


def _asking(in_unit: bool) -> AbstractContextManager[object]:
    """Where to ask what is on: in the unit at hand, or apart from those that the work opens.

    Outside of a unit the question would begin one that nobody ends, and SQLite lets in no other.
    """
    return nullcontext() if in_unit else read_unit()


def _area_of(arguments: Mapping[str, Any]) -> int | None:
    area_id = arguments.get("area_id")
    return area_id if isinstance(area_id, int) else None


def _may_run(plugin: str, area_id: int | None) -> bool:
    """A job of a plugin is dropped where the plugin is off when its turn comes."""
    if area_id is None:
        return True
    area = list_plugin_areas([area_id]).get(area_id)
    return area is not None and plugin in area.plugins
