"""What areas say about plugins, past the wall: which are active, and their settings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import aliased

from forum.areas.models import Area, PluginSettings
from forum.areas.paths import within
from forum.areas.plugin_upkeep import get_manifests
from forum.core.database import unscoped
from forum.plugin.settings import SettingsLayer, resolve_settings

_here = aliased(Area)
_LAYERS: Final = (
    sa.select(PluginSettings.area_id, PluginSettings.values, PluginSettings.locked)
    .join(Area, Area.id == PluginSettings.area_id)
    .join(_here, within(_here.path, Area.path))
    .where(_here.id == sa.bindparam("area"), PluginSettings.plugin == sa.bindparam("plugin"))
    .order_by(Area.depth)
)


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


def get_plugin_settings(area_id: int, plugin: str) -> BaseModel:
    """Return what holds in the area of a loaded plugin's settings, inherited and locked values too.

    Errors: KeyError for a plugin that is not loaded, TypeError for one without settings.
    Cost: one statement.
    """
    model = get_manifests()[plugin].settings
    if model is None:
        raise TypeError(f"plugin {plugin} has no settings")
    with unscoped("settings are inherited from areas one may not know of") as session:
        rows = session.execute(_LAYERS, {"area": area_id, "plugin": plugin})
        chain = [SettingsLayer(row[0], row[1], frozenset(row[2])) for row in rows]
    return resolve_settings(model, chain).values
