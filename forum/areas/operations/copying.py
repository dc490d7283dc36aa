"""A new area like another one: its settings and plugins, never its people's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from forum.areas import rules
from forum.areas.grants import HUMAN
from forum.areas.models import Area, Grant, PluginSettings, PluginState, in_force
from forum.areas.operations.membership import set_role
from forum.areas.operations.plugins import SettingsRefused, set_plugin_settings, set_plugin_state
from forum.areas.operations.tree import create_area
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.areas.scope import RANK, Scope, area_ref
from forum.areas.spec import AreaSpec
from forum.core import audit
from forum.core.database import unscoped
from forum.core.errors import Denied, Invalid, NotFound
from forum.core.services import service
from forum.plugin.states import State
from forum.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Copied:
    """The new area, and the plugins that could not be taken over whole."""

    area_id: int
    left_out: tuple[str, ...] = ()


def make_spec_like(template: Scope, *, name: str, slug: str = "", sealed: bool) -> AreaSpec:
    """Return what an area like the template is; not its end, nor that all belong to it."""
    area = template.area
    with unscoped("areas: what an area has chosen itself is copied, inherited things are not") as s:
        look = sa.select(Area.own_theme, Area.own_accent).where(Area.id == area.id)
        theme, accent = s.execute(look).one()
    return AreaSpec(
        name=name,
        slug=slug,
        kind="topic" if area.kind == "federation" else area.kind,
        summary=area.summary,
        visibility=area.visibility,
        sealed=sealed,
        casual=area.casual,
        joining=area.joining,
        topics_by=area.topics_by,
        replies_by=area.replies_by,
        language=area.language,
        theme=theme,
        accent=accent,
    )


def copy_area(
    template: Scope,
    parent: Scope,
    *,
    spec: AreaSpec,
    with_team: bool = False,
    chair_id: int | None = None,
) -> Copied:
    """Make an area below `parent` with the plugins of another one, and their settings.

    `spec` is what it is, `with_team` gives the roles above member to the same people. What the
    new place does not allow (a lock above, a plugin only the operator switches) is left out and
    named. Topics, members and applications stay where they are.

    Errors: Denied without the role in both; Invalid at the field that does not hold, at `sealed`
        when nobody would be admin behind the seal; HookFailed: nothing is made.
    Cost: that of making an area and of one switch per plugin.
    """
    rules.require(template, "edit")
    if spec.sealed and chair_id is None and parent.user_id is None:
        raise Invalid("sealed", _("Hinter ein Siegel gehört ein eigener Admin. Nenne den Vorsitz."))
    area_id = create_area(parent, spec, chair_id=chair_id)
    made = _get_made(parent, area_id)
    left_out = [*_copy_states(template, made), *_copy_settings(template, made)]
    if with_team:
        _copy_team(template, made)
    hooks = service("dispatcher").everywhere
    given = hooks.copy_area(area_ref(template), area_ref(made))
    rows = {plugin: sum(counts.values()) for plugin, counts in given}
    audit.record(
        "areas.copy",
        parent.user_id,
        area_id=area_id,
        subject=f"area:{template.area.id}",
        left_out=sorted({*left_out}),
        rows={plugin: count for plugin, count in rows.items() if count},
    )
    return Copied(area_id, tuple(sorted({*left_out})))


def _get_made(parent: Scope, area_id: int) -> Scope:
    """Return the new area as who made it sees it, with a role that the seal may have given."""
    if parent.standing.system:
        return get_system_scope(area_id)
    found = get_scope_by_id(parent.viewer, area_id)
    if rules.can(found, "edit"):
        return found
    raise Denied(_("Hinter dem Siegel entscheidet der neue Vorsitz, nicht du."))


def _copy_states(template: Scope, made: Scope) -> list[str]:
    """Switch what is said about plugins in the template; return what cannot be said here.

    Twice, as one plugin may need another that comes later.
    """
    with unscoped("areas: what is said about plugins is copied whole") as session:
        columns = (PluginState.plugin, PluginState.state)
        stated = sa.select(*columns).where(PluginState.area_id == template.area.id)
        rows = session.execute(stated.order_by(PluginState.plugin))
        waiting = {row.plugin: row.state for row in rows}
    for _attempt in range(2):
        for plugin, state in sorted(waiting.items()):
            try:
                set_plugin_state(made, plugin, state=State(state), reason=_reason(template))
            except (Denied, Invalid, NotFound):
                continue
            del waiting[plugin]
    return list(waiting)


def _copy_settings(template: Scope, made: Scope) -> list[str]:
    with unscoped("areas: what is said about plugins is copied whole") as session:
        columns = (PluginSettings.plugin, PluginSettings.values, PluginSettings.locked)
        own = sa.select(*columns).where(PluginSettings.area_id == template.area.id)
        rows = session.execute(own.order_by(PluginSettings.plugin)).all()
    return [row.plugin for row in rows if not _set(made, row)]


def _set(made: Scope, row: Any) -> bool:
    """Set what holds here, tell whether that was all of it."""
    values = dict(row.values)
    for _attempt in range(2):
        try:
            set_plugin_settings(made, row.plugin, values=values, locked=row.locked)
        except SettingsRefused as refused:
            values = {key: value for key, value in values.items() if key not in refused.problems}
        except NotFound:
            return False
        else:
            return len(values) == len(row.values)
    return False


def _copy_team(template: Scope, made: Scope) -> None:
    with unscoped("areas: a team behind a seal is copied by its own admin") as session:
        columns = (Grant.user_id, Grant.role, Grant.title, Grant.ends_at)
        mine = sa.select(*columns).where(
            Grant.area_id == template.area.id,
            Grant.role != "member",
            Grant.source.in_(HUMAN),
            in_force(),
        )
        held = {row.user_id: row for row in session.execute(mine.order_by(Grant.id))}
    for row in sorted(held.values(), key=lambda row: -RANK[row.role]):
        if row.user_id != made.user_id or row.role == "admin":
            how = {"title": row.title, "ends_at": row.ends_at, "reason": _reason(template)}
            set_role(made, row.user_id, role=row.role, **how)


def _reason(template: Scope) -> str:
    return _("Wie in %(name)s", name=template.area.name)
