"""What the operator's page shows of plugins: what runs, in how many areas, cost, troubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.queries import count_plugin_areas
from forum.core import clock
from forum.core.database import db
from forum.core.services import service
from forum.home.models import PluginFigure, PluginTrouble
from forum.plugin.loader import Loaded, LoadedPlugin, Quarantined

DAYS: Final = 7
TROUBLES: Final = 50


@dataclass(frozen=True, slots=True)
class HookLine:
    """A hook of a plugin over the last days. Units: `mean_ms` per call."""

    hook: str
    calls: int
    errors: int
    slow: int
    mean_ms: float
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
class TroubleLine:
    """A call that went wrong; `area_id` is a number because operators read no closed area."""

    at: datetime
    plugin: str
    hook: str
    area_id: int | None
    kind: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the operator's page of plugins."""

    plugins: Sequence[PluginOverview]
    quarantined: Sequence[Quarantined]
    available: Sequence[str]
    safe_mode: bool
    troubles: Sequence[TroubleLine]


def get_overview() -> Overview:
    """Collect the page. Cost: three statements."""
    loaded: Loaded = service("dispatcher").loaded
    areas = count_plugin_areas()
    hooks = _list_hooks()
    return Overview(
        plugins=[_to_overview(plugin, areas, hooks) for plugin in loaded.plugins],
        quarantined=loaded.quarantined,
        available=loaded.available,
        safe_mode=loaded.safe_mode,
        troubles=_list_troubles(),
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


def _list_hooks() -> dict[str, list[HookLine]]:
    figure = PluginFigure
    since = clock.now().date() - timedelta(days=DAYS)
    sums = [sa.func.sum(c) for c in (figure.calls, figure.errors, figure.slow)]
    rows = db.session.execute(
        sa.select(
            figure.plugin,
            figure.hook,
            *sums,
            sa.func.sum(figure.time_us),
            sa.func.sum(figure.statements),
        )
        .where(figure.day > since)
        .group_by(figure.plugin, figure.hook)
        .order_by(figure.plugin, figure.hook)
    )
    lines: dict[str, list[HookLine]] = {}
    for row in rows:
        lines.setdefault(row[0], []).append(_to_line(row))
    return lines


def _to_line(row: Any) -> HookLine:
    _, hook, calls, errors, slow, time_us, statements = row
    calls = int(calls)
    return HookLine(
        hook=hook,
        calls=calls,
        errors=int(errors),
        slow=int(slow),
        mean_ms=int(time_us) / 1_000 / max(calls, 1),
        statements=int(statements) / max(calls, 1),
    )


def _list_troubles() -> list[TroubleLine]:
    trouble = PluginTrouble
    columns = (
        trouble.at,
        trouble.plugin,
        trouble.hook,
        trouble.area_id,
        trouble.kind,
        trouble.message,
        trouble.traceback,
    )
    statement = sa.select(*columns).order_by(trouble.id.desc()).limit(TROUBLES)
    return [TroubleLine(*row) for row in db.session.execute(statement)]
