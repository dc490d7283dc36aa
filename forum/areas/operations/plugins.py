"""Switching plugins per area, and setting their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.areas import rules
from forum.areas.events import PluginSettingsSet, PluginStateSet
from forum.areas.models import Area, PluginSettings, PluginState
from forum.areas.paths import list_ids
from forum.areas.plugin_upkeep import (
    get_manifests,
    get_policies,
    load_states,
    make_chain,
    remember_policies,
    resolve_plugins,
)
from forum.areas.scope import Scope
from forum.areas.settings_layers import load_layers
from forum.areas.spec import check_reason
from forum.areas.upkeep import lock_tree
from forum.core import audit, clock, events
from forum.core.database import unscoped
from forum.core.errors import Denied, Invalid, NotFound
from forum.core.stamps import stamp_pages
from forum.plugin.fields import describe_fields
from forum.plugin.settings import SettingProblem, SettingsLayer, check_settings
from forum.plugin.states import State
from forum.plugin.switching import Refusal, RefusalCode, can_set
from forum.web.i18n import gettext as _


class SettingsRefused(Invalid):
    """Values of a plugin's settings that do not hold; `problems` by key."""

    def __init__(self, problems: Mapping[str, SettingProblem]) -> None:
        super().__init__(next(iter(problems)), "")
        self.problems = problems


def set_plugin_state(scope: Scope, plugin: str, *, state: State, reason: str = "") -> None:
    """Say what a plugin is in the area and, as far as nobody else does, below.

    In force with the next request in every process; data of the plugin stays.

    Errors: raises Denied without the role, under a lock and for restricted plugins; NotFound for
        a plugin that is not loaded; Invalid at `state` where dependencies stand in the way.
    Cost: under a dozen statements; linear in the areas below.
    """
    rules.require_switch_plugins(scope)
    reason = check_reason(reason)
    with unscoped("areas: a switch reaches hidden areas too") as session:
        lock_tree(session)
        ids = list_ids(scope.area.path)
        explicit = load_states(session, Area.id.in_(ids))
        chain = make_chain(ids, explicit)
        before = chain[-1].states.get(plugin, State.INHERIT)
        refusal = can_set(
            chain,
            get_policies(),
            plugin=plugin,
            state=state,
            as_operator=scope.standing.operator,
        )
        if refusal is not None:
            raise to_error(refusal)
        if state is before:
            return
        _store_state(session, scope, plugin, state=state, reason=reason)
        resolve_plugins(session, scope.area.id)
    events.append(
        PluginStateSet(
            area_id=scope.area.id,
            actor_id=scope.user_id,
            plugin=plugin,
            before=before.value,
            after=state.value,
        )
    )
    audit.record(
        "areas.set_plugin_state",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"plugin:{plugin}",
        reason=reason,
        before=before.value,
        after=state.value,
    )


def _store_state(session: Session, scope: Scope, plugin: str, *, state: State, reason: str) -> None:
    row = (PluginState.area_id == scope.area.id, PluginState.plugin == plugin)
    if state is State.INHERIT:
        session.execute(
            sa.delete(PluginState).where(*row).execution_options(synchronize_session=False)
        )
        return
    said = {
        "state": state.value,
        "reason": reason,
        "changed_by_id": scope.user_id,
        "changed_at": clock.now(),
    }
    _upsert(session, PluginState, {"area_id": scope.area.id, "plugin": plugin}, said)


def _upsert(
    session: Session, model: Any, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(model).values(**key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def to_error(refusal: Refusal) -> Exception:
    """Put a refused switch into words."""
    code, manifests = refusal.code, get_manifests()
    named = refusal.plugin or ""
    other = _(manifests[named].title) if named in manifests else named
    if code is RefusalCode.NOT_LOADED:
        return NotFound()
    if code is RefusalCode.LOCKED:
        return Denied(_("Das ist weiter oben festgelegt und hier nicht änderbar."))
    if code is RefusalCode.RESTRICTED:
        return Denied(_("Diese Erweiterung schaltet nur der Betrieb der Seite."))
    if code is RefusalCode.SITE_ONLY:
        return Denied(_("Diese Erweiterung gilt überall und wird ganz oben geschaltet."))
    if code is RefusalCode.REQUIREMENT_OFF:
        return Invalid("state", _("Dafür muss zuerst „%(other)s“ möglich sein.", other=other))
    return Invalid("state", _("Darauf baut „%(other)s“ auf, das hier an ist.", other=other))


def set_plugin_settings(
    scope: Scope, plugin: str, *, values: Mapping[str, object], locked: Sequence[str] = ()
) -> None:
    """Set the area's own values; keys that are missing are inherited, `locked` hold below.

    What only the operator sets stays as it is when somebody else saves.

    Errors: raises Denied without the role, NotFound for a plugin without settings, SettingsRefused
        for values that do not hold, are locked above or only the operator's.
    """
    rules.require_switch_plugins(scope)
    manifest = get_manifests().get(plugin)
    if manifest is None or manifest.settings is None:
        raise NotFound
    with unscoped("areas: settings are inherited from areas one may not know of") as session:
        lock_tree(session)
        layers = load_layers(session, list_ids(scope.area.path), plugin)
        above = [layer for layer in layers if layer.area_id != scope.area.id]
        operator = scope.standing.operator
        checked = check_settings(manifest.settings, values, above=above, as_operator=operator)
        if checked.problems:
            raise SettingsRefused(checked.problems)
        before = next((one for one in layers if one.area_id == scope.area.id), SettingsLayer(0))
        closed = () if operator else _list_closed(manifest.settings)
        stored = {k: v for k, v in before.values.items() if k in closed} | dict(checked.values)
        fields = manifest.settings.model_fields.keys() - set(closed)
        kept = sorted((set(locked) & fields) | (before.locked & set(closed)))
        row = {
            "values": stored,
            "locked": kept,
            "changed_by_id": scope.user_id,
            "changed_at": clock.now(),
        }
        _upsert(session, PluginSettings, {"area_id": scope.area.id, "plugin": plugin}, row)
    keys = sorted(checked.values)
    events.append(
        PluginSettingsSet(area_id=scope.area.id, actor_id=scope.user_id, plugin=plugin, keys=keys)
    )
    audit.record(
        "areas.set_plugin_settings",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"plugin:{plugin}",
        values=dict(checked.values),
        locked=kept,
    )


def _list_closed(model: type[BaseModel]) -> list[str]:
    """Return the keys that only the operator sets."""
    return [field.name for field in describe_fields(model) if not field.area_admin]


def sync_plugins() -> None:
    """Bring all areas in step with the plugins that are loaded now.

    For the start of a server and of commands that change what is loaded: what was switched on
    and is not loaded any more is off, except what it kept closed, which stays closed.
    Cost: a few statements; linear in areas.
    """
    with unscoped("areas: the start has no viewer") as session:
        lock_tree(session)
        remember_policies(session)
        root_id = session.scalar(sa.select(Area.id).where(Area.parent_id.is_(None)))
        if root_id is not None:
            resolve_plugins(session, root_id)
    stamp_pages()
