"""What the operator's page shows of plugins: what runs, in how many areas, cost, troubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from forum.areas.queries import count_plugin_areas
from forum.core import clock
from forum.core.database import db
from forum.core.services import service
from forum.home.models import PluginFigure, PluginTime
from forum.home.troubles import DAYS, PausedLine, TroubleLine, list_paused, list_troubles
from forum.plugin.figures import HookTimes
from forum.plugin.loader import Loaded, LoadedPlugin, Quarantined


@dataclass(frozen=True, slots=True)
class HookLine:
    """A hook of a plugin over the last days, all processes together.

    Units: `statements` per call; `p50_ms` and `p95_ms` are upper bounds, None where times were
    not kept yet.
    """

    hook: str
    calls: int
    errors: int
    slow: int
    p50_ms: float | None
    p95_ms: float | None
    statements: float


@dataclass(frozen=True, slots=True)
class PluginOverview:
    """A loaded plugin; `areas` counts where it is active, None for built-ins."""

    name: str
    title: str
    version: str
    areas: int | None
    hooks: Sequence[HookLine]

    @property
    def calls(self) -> int:
        """Calls of all its hooks."""
        return sum(line.calls for line in self.hooks)

    @property
    def errors(self) -> int:
        """Errors of all its hooks."""
        return sum(line.errors for line in self.hooks)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the operator's page of plugins."""

    plugins: Sequence[PluginOverview]
    quarantined: Sequence[Quarantined]
    available: Sequence[str]
    safe_mode: bool
    troubles: Sequence[TroubleLine]
    paused: Sequence[PausedLine]


def get_overview() -> Overview:
    """Collect the page. Cost: five statements."""
    loaded: Loaded = service("dispatcher").loaded
    areas = count_plugin_areas()
    hooks = list_hooks()
    return Overview(
        plugins=[_to_overview(plugin, areas, hooks) for plugin in loaded.plugins],
        quarantined=loaded.quarantined,
        available=loaded.available,
        safe_mode=loaded.safe_mode,
        troubles=list_troubles(),
        paused=list_paused(),
    )


def _to_overview(
    plugin: LoadedPlugin, areas: dict[str, int], hooks: dict[str, list[HookLine]]
) -> PluginOverview:
    return PluginOverview(
        name=plugin.name,
        title=plugin.manifest.title,
        version=plugin.version,
        areas=None if plugin.builtin else areas.get(plugin.name, 0),
        hooks=hooks.get(plugin.name, []),
    )


def list_hooks() -> dict[str, list[HookLine]]:
    """List what each hook of each plugin cost in the last days. Cost: two statements."""
    figure = PluginFigure
    since = clock.now().date() - timedelta(days=DAYS)
    summed = (figure.calls, figure.errors, figure.slow, figure.statements)
    rows = db.session.execute(
        sa.select(figure.plugin, figure.hook, *[sa.func.sum(column) for column in summed])
        .where(figure.day > since)
        .group_by(figure.plugin, figure.hook)
        .order_by(figure.plugin, figure.hook)
    )
    times = _list_times()
    lines: dict[str, list[HookLine]] = {}
    for row in rows:
        lines.setdefault(row[0], []).append(_to_line(row, times.get((row[0], row[1]))))
    return lines


def _list_times() -> dict[tuple[str, str], HookTimes]:
    timed = PluginTime
    since = clock.now().date() - timedelta(days=DAYS)
    rows = db.session.execute(
        sa.select(timed.plugin, timed.hook, timed.bucket, sa.func.sum(timed.calls))
        .where(timed.day > since)
        .group_by(timed.plugin, timed.hook, timed.bucket)
    )
    buckets: dict[tuple[str, str], dict[int, int]] = {}
    for plugin, hook, bucket, calls in rows:
        buckets.setdefault((plugin, hook), {})[bucket] = int(calls)
    return {
        (plugin, hook): HookTimes(
            plugin=plugin,
            hook=hook,
            buckets=tuple(found.get(bucket, 0) for bucket in range(max(found) + 1)),
        )
        for (plugin, hook), found in buckets.items()
    }


def _to_line(row: Any, times: HookTimes | None) -> HookLine:
    _, hook, calls, errors, slow, statements = row
    calls = int(calls)
    return HookLine(
        hook=hook,
        calls=calls,
        errors=int(errors),
        slow=int(slow),
        p50_ms=times.get_percentile(0.5) if times else None,
        p95_ms=times.get_percentile(0.95) if times else None,
        statements=int(statements) / max(calls, 1),
    )
