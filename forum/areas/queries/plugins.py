"""Which plugins are active in areas, past the wall: asked when events and jobs are delivered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from forum.areas.models import Area
from forum.core.database import unscoped


@dataclass(frozen=True, slots=True)
class PluginArea:
    """An area by name, and what is active in it now."""

    id: int
    slug: str
    name: str
    plugins: frozenset[str]


def list_plugin_areas(area_ids: Collection[int]) -> dict[int, PluginArea]:
    """Return these areas by id; deleted ones are missing. Cost: one statement."""
    if not area_ids:
        return {}
    statement = sa.select(Area.id, Area.slug, Area.name, Area.plugins).where(Area.id.in_(area_ids))
    with unscoped("which plugins are active where something is delivered") as session:
        return {
            row.id: PluginArea(row.id, row.slug, row.name, frozenset(row.plugins))
            for row in session.execute(statement)
        }
