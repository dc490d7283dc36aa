"""Brings what the guard of this process has counted into rows that the operator's page sums."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask, Response, g, request
from sqlalchemy.dialects import postgresql, sqlite

from forum.core import clock
from forum.core.database import after_response, db
from forum.core.schedules import register_schedule
from forum.core.services import service
from forum.home.models import PluginFigure, PluginTime, PluginTrouble
from forum.plugin.figures import AreaFigures, HookTimes, Snapshot, Stats
from forum.web.units import SAFE

EVERY_SECONDS: Final = 5.0
READING_SECONDS: Final = 60.0
"""Where members only read: then with the read marks that are written anyway."""
KEPT: Final = timedelta(days=30)
_SUMS: Final = ("calls", "errors", "slow", "time_us", "statements")


def install_upkeep(app: Flask) -> None:
    """Store figures after writing requests, at most every few seconds, and at once after trouble.

    Reading stays free of it: only what is written after a page anyway, such as a read mark,
    takes the figures along. The worker has no responses; there a schedule does it.
    """
    stats: Stats = service("dispatcher").stats
    last = time.monotonic()

    def maybe_store(response: Response) -> Response:
        nonlocal last
        now = time.monotonic()
        reads = request.method in SAFE
        writes = not reads or "after_response" in g
        due = now - last > (READING_SECONDS if reads else EVERY_SECONDS)
        if stats.troubled or (writes and due):
            last = now
            after_response(store_figures)
        return response

    app.after_request(maybe_store)
    register_schedule("plugins.store_figures", timedelta(minutes=1), store_figures)
    register_schedule("plugins.forget_figures", timedelta(hours=12), forget_figures)


def store_figures() -> None:
    """Add what was counted since the last time to the rows of today, in the caller's unit."""
    stats: Stats = service("dispatcher").stats
    snapshot: Snapshot = stats.drain()
    for values in _sum_by_hook(snapshot.areas).values():
        _add(PluginFigure, ("plugin", "hook", "day"), [values], sums=_SUMS)
    times = [row for hook in snapshot.times for row in _list_buckets(hook)]
    if times:
        _add(PluginTime, ("plugin", "hook", "day", "bucket"), times, sums=("calls",))
    db.session.add_all(
        PluginTrouble(
            at=trouble.at,
            plugin=trouble.plugin[:40],
            hook=trouble.hook[:80],
            area_id=trouble.area_id,
            kind=trouble.trouble,
            took_ms=round(trouble.took_ms),
            message=trouble.message,
            traceback=trouble.traceback,
        )
        for trouble in reversed(snapshot.troubles)
    )


def forget_figures() -> None:
    """Delete figures and troubles that are a month old."""
    oldest = clock.now() - KEPT
    for model in (PluginFigure, PluginTime):
        db.session.execute(sa.delete(model).where(model.day < oldest.date()))
    db.session.execute(sa.delete(PluginTrouble).where(PluginTrouble.at < oldest))


def _sum_by_hook(rows: tuple[AreaFigures, ...]) -> dict[tuple[str, str], dict[str, Any]]:
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        start = {"plugin": row.plugin, "hook": row.hook, **dict.fromkeys(_SUMS, 0)}
        found = sums.setdefault((row.plugin, row.hook), start)
        found["calls"] += row.calls
        found["errors"] += row.errors
        found["slow"] += row.slow
        found["time_us"] += row.time_ns // 1_000
        found["statements"] += row.statements
    return sums


def _list_buckets(times: HookTimes) -> list[dict[str, Any]]:
    return [
        {"plugin": times.plugin, "hook": times.hook, "bucket": bucket, "calls": calls}
        for bucket, calls in enumerate(times.buckets)
        if calls
    ]


def _add(
    model: type[PluginFigure | PluginTime],
    key: Sequence[str],
    rows: Sequence[dict[str, Any]],
    *,
    sums: Sequence[str],
) -> None:
    """Add rows of today to those that are there, in the order of their keys in every process."""
    on_postgresql = db.session().get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    today = clock.now().date()
    statement = insert(model).values([{**row, "day": today} for row in rows])
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=key,
            set_={name: getattr(model, name) + statement.excluded[name] for name in sums},
        )
    )
