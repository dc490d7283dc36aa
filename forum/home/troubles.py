"""What went wrong in plugins: for the operator in full, for an area's admins without internals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from forum.areas.queries import AreaTrouble
from forum.core import clock
from forum.core.database import db
from forum.home.models import PluginTrouble
from forum.plugin.circuit import PAUSE_NS

DAYS: Final = 7
SHOWN: Final = 50
PAUSE: Final = timedelta(microseconds=PAUSE_NS / 1_000)


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """The same trouble of a hook in an area, `count` times in the last days; the rest of the last.

    `area_id` is a number because operators read no closed area.
    """

    at: datetime
    plugin: str
    hook: str
    area_id: int | None
    kind: str
    took_ms: int
    message: str
    traceback: str
    count: int


@dataclass(frozen=True, slots=True)
class PausedLine:
    """A hook that at least one process leaves alone in an area until a moment to come."""

    plugin: str
    hook: str
    area_id: int | None
    until: datetime


def list_troubles() -> list[TroubleLine]:
    """List the troubles of the last days by plugin, hook, area and kind, the latest first.

    Cost: one statement over a week's troubles.
    """
    trouble = PluginTrouble
    same = (
        sa.select(sa.func.max(trouble.id).label("last"), sa.func.count().label("count"))
        .where(trouble.at > clock.now() - timedelta(days=DAYS))
        .group_by(trouble.plugin, trouble.hook, trouble.area_id, trouble.kind)
        .subquery()
    )
    columns = (
        trouble.at,
        trouble.plugin,
        trouble.hook,
        trouble.area_id,
        trouble.kind,
        trouble.took_ms,
        trouble.message,
        trouble.traceback,
        same.c.count,
    )
    statement = (
        sa.select(*columns)
        .join(same, same.c.last == trouble.id)
        .order_by(trouble.id.desc())
        .limit(SHOWN)
    )
    return [TroubleLine(*row) for row in db.session.execute(statement)]


def list_paused() -> Sequence[PausedLine]:
    """List the circuits that are open now in any process.

    A circuit that opened stays open for its whole pause, so its last opening tells.
    Cost: one statement.
    """
    trouble = PluginTrouble
    last = sa.func.max(trouble.at)
    statement = (
        sa.select(trouble.plugin, trouble.hook, trouble.area_id, last)
        .where(trouble.at > clock.now() - PAUSE, trouble.kind == "circuit")
        .group_by(trouble.plugin, trouble.hook, trouble.area_id)
        .order_by(trouble.plugin, trouble.hook, trouble.area_id)
        .limit(SHOWN)
    )
    return [PausedLine(*row[:3], row[3] + PAUSE) for row in db.session.execute(statement)]


def list_area_troubles(area_id: int, plugin: str) -> Sequence[AreaTrouble]:
    """List what went wrong with a plugin in an area in the last days, by kind, the latest first.

    Cost: one statement.
    """
    trouble = PluginTrouble
    last = sa.func.max(trouble.at)
    statement = (
        sa.select(trouble.kind, sa.func.count(), last)
        .where(
            trouble.at > clock.now() - timedelta(days=DAYS),
            trouble.area_id == area_id,
            trouble.plugin == plugin,
        )
        .group_by(trouble.kind)
        .order_by(last.desc())
    )
    return [
        AreaTrouble(kind, count, at, paused=kind == "circuit" and at > clock.now() - PAUSE)
        for kind, count, at in db.session.execute(statement)
    ]
