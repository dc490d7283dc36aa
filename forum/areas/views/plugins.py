"""The switches of an area: which plugins run here and below, and their values."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from forum.accounts.identity import signed_in
from forum.areas import operations, rules
from forum.areas.forms import StateForm
from forum.areas.plugin_forms import SettingsForm, make_settings_form
from forum.areas.queries import (
    PluginLine,
    count_below,
    get_settings_page,
    list_lacking_plugins,
    list_plugin_effects,
    list_plugin_log,
    list_plugin_rights,
    list_plugin_states,
    list_plugin_troubles,
)
from forum.areas.routing import area_url, current_scope
from forum.areas.scope import Scope
from forum.areas.views.blueprint import blueprint, go, page, press, send
from forum.areas.words import ACTIONS, HOLDERS, PLUGIN_STATES_SHORT, TROUBLES
from forum.core.errors import NotFound
from forum.plugin.states import State
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.incoming import read_word

HISTORY: Final = 5
"""How many of the last changes the page of a plugin shows; the log has them all."""


@blueprint.get("/plugins")
@signed_in
def plugins() -> ResponseReturnValue:
    """Show all switches with what is in force, where it comes from, what pressing changes."""
    scope = current_scope()
    rules.require_switch_plugins(scope)
    return page(
        "plugins",
        here=_("Erweiterungen"),
        tab="plugins",
        lines=list_plugin_states(scope),
        lacking=list_lacking_plugins(scope),
        below=count_below(scope),
    )


@blueprint.post("/plugins/<name>/state")
@signed_in
def switch_plugin(name: str) -> ResponseReturnValue:
    """Switch over, by the one button of the list."""
    scope = current_scope()
    state = State(read_word("state", "on", "off"))
    said = _("Eingeschaltet.") if state is State.ON else _("Ausgeschaltet. Gelöscht ist nichts.")
    return press(
        lambda: operations.set_plugin_state(scope, name, state=state),
        said=said,
        target=f"{area_url(scope.area.slug)}plugins",
    )


@blueprint.route("/plugins/<name>", methods=["GET", "POST"])
@signed_in
@shows_again
def plugin(name: str) -> ResponseReturnValue:
    """One plugin: its five states and what they change, its settings, its troubles."""
    scope = current_scope()
    rules.require_switch_plugins(scope)
    line = _get_line(scope, name)
    form = StateForm(prefix="state", data={"state": line.own})

    def act() -> str:
        reason = form.reason.data or ""
        operations.set_plugin_state(scope, name, state=State(form.state.data), reason=reason)
        return go(f"{area_url(scope.area.slug)}plugins", _("Gilt ab sofort, hier und darunter."))

    sent = send(form, act) if "state-state" in request.form else None
    return sent or _show(scope, line, form, _make_settings(scope, line))


@blueprint.post("/plugins/<name>/settings")
@signed_in
def plugin_settings(name: str) -> ResponseReturnValue:
    """Set the values of a plugin for this area and below, or let all be inherited again."""
    scope = current_scope()
    rules.require_switch_plugins(scope)
    line = _get_line(scope, name)
    values = _make_settings(scope, line)
    if values is None:
        raise NotFound
    resets = "reset" in request.form

    def act() -> str:
        try:
            operations.set_plugin_settings(
                scope,
                name,
                values={} if resets else values.read(),
                locked=() if resets else values.read_locked(),
            )
        except operations.SettingsRefused as refused:
            raise values.explain(refused) from None
        said = _("Hier gilt wieder, was darüber gilt.") if resets else _("Gespeichert.")
        return go(f"{area_url(scope.area.slug)}plugins/{name}", said)

    form = StateForm(None, prefix="state", data={"state": line.own})
    return send(values.form, act) or _show(scope, line, form, values)


def _show(
    scope: Scope, line: PluginLine, form: StateForm, values: SettingsForm | None
) -> ResponseReturnValue:
    effects = list_plugin_effects(scope, line.name)
    refused = {one.state: one.refusal for one in effects if one.refusal is not None}
    return page(
        "plugin",
        here=_(line.title),
        tab="plugins",
        line=line,
        form=form,
        values=values,
        below=count_below(scope),
        effects={effect.state: effect for effect in effects},
        refused={state: str(operations.to_error(why)) for state, why in refused.items()},
        may_set=len(refused) < len(effects),
        history=list_plugin_log(scope, line.name, limit=HISTORY),
        troubles=list_plugin_troubles(scope, line.name),
        actions=ACTIONS,
        states=PLUGIN_STATES_SHORT,
        rights=list_plugin_rights(line.name),
        roles=HOLDERS,
        kinds=TROUBLES,
    )


def _make_settings(scope: Scope, line: PluginLine) -> SettingsForm | None:
    if not line.has_settings:
        return None
    return make_settings_form(
        get_settings_page(scope, line.name),
        area_id=scope.area.id,
        as_operator=scope.standing.operator,
    )


def _get_line(scope: Scope, name: str) -> PluginLine:
    for line in list_plugin_states(scope):
        if line.name == name:
            return line
    raise NotFound
