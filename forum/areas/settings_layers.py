"""The rows of plugin settings along a chain of areas, as the pure resolver wants them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from forum.areas.models import Area, PluginSettings
from forum.areas.paths import within
from forum.plugin.settings import SettingsLayer


def load_layers(session: Session, ids: Sequence[int], plugin: str) -> list[SettingsLayer]:
    """Return what the areas of a chain say, root first. Cost: one statement."""
    rows = session.execute(
        sa.select(PluginSettings.area_id, PluginSettings.values, PluginSettings.locked).where(
            PluginSettings.plugin == plugin, PluginSettings.area_id.in_(ids)
        )
    )
    found = {row.area_id: SettingsLayer(row[0], row[1], frozenset(row[2])) for row in rows}
    return [found[area_id] for area_id in ids if area_id in found]


def load_layers_of(session: Session, area_id: int, *, plugin: str) -> list[SettingsLayer]:
    """Return what an area and those above it say, root first. Cost: one statement."""
    here = aliased(Area)
    rows = session.execute(
        sa.select(PluginSettings.area_id, PluginSettings.values, PluginSettings.locked)
        .join(Area, Area.id == PluginSettings.area_id)
        .join(here, within(here.path, Area.path))
        .where(here.id == area_id, PluginSettings.plugin == plugin)
        .order_by(Area.depth)
    )
    return [SettingsLayer(row[0], row[1], frozenset(row[2])) for row in rows]
