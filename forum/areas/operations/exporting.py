"""Writing an area into a file: what it is, who belongs to it, what was written, plugins' parts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas import rules
from forum.areas.bundle import Bundle, Part
from forum.areas.keepers import list_area_keepers
from forum.areas.models import Area, Grant, PluginSettings, PluginState, in_force
from forum.areas.plugin_upkeep import get_manifests
from forum.areas.scope import Scope, area_ref
from forum.core import audit, clock
from forum.core.database import read_unit, unit, unscoped
from forum.core.errors import ConfigError
from forum.core.files import whole_file
from forum.core.services import service
from forum.plugin.fields import describe_fields

BATCH: Final = 500
_SAYS: Final = (
    "id",
    "slug",
    "name",
    "summary",
    "kind",
    "visibility",
    "sealed",
    "everyone",
    "casual",
    "joining",
    "topics_by",
    "replies_by",
    "language",
    "own_theme",
    "own_accent",
    "created_at",
    "ends_at",
    "archived_at",
)

# The members' table belongs to accounts; how somebody is named is all that counts here.
_user = sa.table(
    "user", sa.column("id"), sa.column("handle"), sa.column("name"), sa.column("state")
)


def export_area(scope: Scope, target: Path) -> Mapping[str, int]:
    """Write an area to a new file that only this user may read; return the records by part.

    One area: what hangs below has files of its own. Without addresses, secrets of plugins, and
    texts that were hidden or deleted. Core is read first, on the read-only connection, then the
    plugins in one unit. A killed process leaves no file under the target's name.

    Errors: Denied for who is not admin; ConfigError when the file is there already or its
        directory is not; HookFailed: there is no file then.
    Cost: one statement per 500 records, one record in memory; plugins' parts hold the write lock.
    """
    rules.require(scope, "edit")
    if target.exists():
        raise ConfigError(f"{target}: is there already; choose another name")
    if not target.parent.is_dir():
        raise ConfigError(f"{target.parent}: no such directory; make it or choose another name")
    with whole_file(target) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        bundle = Bundle(archive)
        _fill(scope, bundle)
        area = {"id": scope.area.id, "slug": scope.area.slug, "name": scope.area.name}
        bundle.close(area=area, made_at=clock.now().isoformat(timespec="seconds"))
    return {path: int(str(told["records"])) for path, told in bundle.parts.items()}


def _fill(scope: Scope, bundle: Bundle) -> None:
    area_id = scope.area.id
    with read_unit(), unscoped("areas: a bundle holds the area whole, whoever asks") as session:
        _write_area(session, area_id, Part(bundle, "areas"))
        for keeper in list_area_keepers():
            keeper.export(session, area_id, Part(bundle, keeper.name))
    with unit():
        hooks = service("dispatcher").everywhere
        hooks.export_area(area_ref(scope), lambda plugin: Part(bundle, f"plugins/{plugin}"))
        audit.record("areas.export", scope.user_id, area_id=area_id, parts=bundle.parts)


def _write_area(session: Session, area_id: int, part: Part) -> None:
    columns = [getattr(Area, name) for name in _SAYS]
    part.write("area", _records(session, sa.select(*columns).where(Area.id == area_id)))
    part.write("members", _list_members(session, area_id))
    states = sa.select(PluginState.plugin, PluginState.state, PluginState.reason)
    part.write("plugin_states", _records(session, states.where(PluginState.area_id == area_id)))
    values = sa.select(PluginSettings.plugin, PluginSettings.values, PluginSettings.locked)
    rows = session.execute(values.where(PluginSettings.area_id == area_id))
    part.write("plugin_settings", (_without_secrets(row) for row in rows))


def _records(session: Session, statement: Any) -> Iterator[Mapping[str, object]]:
    for row in session.execute(statement).mappings():
        yield {str(key): value for key, value in row.items()}


def _list_members(session: Session, area_id: int) -> Iterator[Mapping[str, object]]:
    columns = (Grant.role, Grant.title, Grant.source, Grant.starts_at, Grant.ends_at)
    found = (
        sa.select(Grant.id, _user.c.handle, _user.c.name, *columns)
        .join(_user, _user.c.id == Grant.user_id)
        .where(Grant.area_id == area_id, in_force())
        .order_by(Grant.id)
        .limit(BATCH)
    )
    last = 0
    while rows := session.execute(found.where(Grant.id > last)).mappings().all():
        yield from ({key: row[key] for key in row if key != "id"} for row in rows)
        last = rows[-1]["id"]


def _without_secrets(row: Any) -> Mapping[str, object]:
    """Leave out what only the operator sets (servers, keys), and all of what is not loaded."""
    manifest = get_manifests().get(row.plugin)
    own = manifest.settings if manifest is not None else None
    shown = (
        {one.name for one in describe_fields(own) if one.area_admin} if own is not None else set()
    )
    values = {key: value for key, value in row.values.items() if key in shown}
    return {"plugin": row.plugin, "values": values, "locked": row.locked}
