"""Values of plugins' settings: those in force in an area, and what its page says about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel

from forum.areas.models import Area, PluginSettings
from forum.areas.paths import list_ids
from forum.areas.plugin_upkeep import get_manifests
from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.scope import Scope
from forum.areas.settings_layers import load_layers, load_layers_of
from forum.core.database import db, unscoped
from forum.core.errors import NotFound
from forum.core.wall import as_viewer
from forum.plugin.settings import ResolvedSettings, SettingsLayer, resolve_settings
from forum.web.people import Person


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The values in force, and those that would be if the area said nothing itself.

    `places` has the names of the areas they come from, as far as the viewer may know of them;
    `changed_at` and `by` tell of the area's own values.
    """

    here: ResolvedSettings
    above: ResolvedSettings
    places: Mapping[int, str]
    changed_at: datetime | None
    by: Person | None


def get_settings_page(scope: Scope, plugin: str) -> SettingsPage:
    """Return what the page of a plugin's settings in an area shows.

    Errors: raises NotFound for a plugin that is not loaded or has no settings.
    Cost: three statements.
    """
    model, ids = _get_model(plugin), list_ids(scope.area.path)
    with unscoped("areas: settings are inherited from areas one may not know of") as session:
        layers = load_layers(session, ids, plugin)
    with as_viewer(scope.viewer):
        places = db.session.execute(sa.select(Area.id, Area.name).where(Area.id.in_(ids)))
        own = db.session.execute(
            sa.select(PluginSettings.changed_at, *PERSON)
            .outerjoin(USER, USER.c.id == PluginSettings.changed_by_id)
            .where(PluginSettings.area_id == scope.area.id, PluginSettings.plugin == plugin)
        ).one_or_none()
    return SettingsPage(
        here=resolve_settings(model, layers),
        above=resolve_settings(model, [one for one in layers if one.area_id != scope.area.id]),
        places={row.id: row.name for row in places},
        changed_at=own.changed_at if own else None,
        by=to_person(own) if own else None,
    )


def get_plugin_settings(scope: Scope, plugin: str) -> ResolvedSettings:
    """Return the values in force in an area, with where they come from and what is locked.

    Errors: raises NotFound for a plugin that is not loaded or has no settings.
    Cost: one statement.
    """
    model = _get_model(plugin)
    with unscoped("areas: settings are inherited from areas one may not know of") as session:
        layers = load_layers(session, list_ids(scope.area.path), plugin)
    return resolve_settings(model, layers)


def get_settings_in_force(area_id: int, plugin: str) -> BaseModel:
    """Return the values of a loaded plugin's settings in an area, inherited and locked ones too.

    Errors: raises NotFound for a plugin that is not loaded or has no settings.
    Cost: one statement.
    """
    model = _get_model(plugin)
    with unscoped("areas: settings are inherited from areas one may not know of") as session:
        layers = load_layers_of(session, area_id, plugin=plugin)
    return resolve_settings(model, layers).values


@dataclass(frozen=True, slots=True)
class Misfit:
    """Values that an area has stored and that the plugin's present version passes over."""

    plugin: str
    area: str
    keys: tuple[str, ...]


def list_misfits() -> list[Misfit]:
    """List what areas have stored for loaded plugins and no longer fits, for the operator.

    Cost: one statement; one validation for each area that has set something.
    """
    manifests = get_manifests()
    with unscoped("areas: the operator learns which settings no longer fit, wherever") as session:
        rows = session.execute(
            sa.select(PluginSettings.plugin, Area.slug, PluginSettings.values)
            .join(Area, Area.id == PluginSettings.area_id)
            .order_by(PluginSettings.plugin, Area.path)
        ).all()
    found = []
    for plugin, area, values in rows:
        manifest = manifests.get(plugin)
        if manifest is None:
            continue
        model = manifest.settings
        keys = set(values) if model is None else values.keys() - model.model_fields.keys()
        if model is not None:
            keys |= resolve_settings(model, [SettingsLayer(0, values)]).problems.keys()
        if keys:
            found.append(Misfit(plugin, area, tuple(sorted(keys))))
    return found


def _get_model(plugin: str) -> type[BaseModel]:
    manifest = get_manifests().get(plugin)
    if manifest is None or manifest.settings is None:
        raise NotFound
    return manifest.settings
