"""Plugins of areas: what is active at delivery, the switches of one area, its settings."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.models import Area, AreaReader, PluginState
from forum.areas.paths import list_ids, within
from forum.areas.plugin_upkeep import get_manifests, get_policies, load_states, make_chain
from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.queries.tree import Crumb
from forum.areas.scope import Scope
from forum.core.database import db, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.plugin.states import Policy, Resolved, State, resolve_area
from forum.plugin.switching import can_set, with_state
from forum.plugin.types import Manifest, Role
from forum.web.people import Person

Follower = tuple[int, int | None, frozenset[str | None]]
"""(area id, parent id, plugins with a word of their own there)."""


@dataclass(frozen=True, slots=True)
class PluginArea:
    """An area by name, what is active in it now, and the ids from the root down to it."""

    id: int
    slug: str
    name: str
    plugins: frozenset[str]
    line: tuple[int, ...]


def list_plugin_areas(area_ids: Collection[int]) -> dict[int, PluginArea]:
    """Return these areas by id, in order; deleted ones are missing. Cost: one statement."""
    if not area_ids:
        return {}
    columns = (Area.id, Area.slug, Area.name, Area.plugins, Area.path)
    statement = sa.select(*columns).where(Area.id.in_(area_ids)).order_by(Area.id)
    with unscoped("which plugins are active where something is delivered") as session:
        return {
            row.id: PluginArea(
                row.id, row.slug, row.name, frozenset(row.plugins), list_ids(row.path)
            )
            for row in session.execute(statement)
        }


def has_site_plugin(plugin: str) -> bool:
    """Tell whether a plugin with one state for the whole site is on. Cost: one statement."""
    statement = sa.select(Area.plugins).where(Area.parent_id.is_(None))
    with unscoped("which plugins are active on the site") as session:
        return plugin in (session.scalar(statement) or ())


def list_active_area_ids(plugin: str | None) -> tuple[int, ...]:
    """Return the areas where a plugin is on now, in order; all areas for None.

    Cost: one statement; linear in areas.
    """
    statement = sa.select(Area.id).order_by(Area.id)
    if plugin is not None:
        # Names of plugins hold no character that a pattern or JSON would read otherwise.
        statement = statement.where(sa.cast(Area.plugins, sa.Text).contains(f'"{plugin}"'))
    with unscoped("where a plugin's work that comes again is to be done") as session:
        return tuple(session.scalars(statement))


def list_plugins_around(viewer: Viewer) -> frozenset[str]:
    """Return the plugins that are on in any area that the viewer reads.

    Cost: one statement; linear in readable areas.
    """
    mine = sa.select(AreaReader.area_id).where(
        AreaReader.principal.in_(viewer.principals), AreaReader.reads.is_(sa.true())
    )
    told = sa.cast(Area.plugins, sa.Text).label("told")
    statement = sa.select(told).where(Area.id.in_(mine)).distinct()
    with unscoped("which plugins are on where the viewer reads") as session:
        return frozenset(name for one in session.scalars(statement) for name in json.loads(one))


def count_plugin_areas() -> dict[str, int]:
    """Return in how many areas each plugin is active, sealed ones among them; no area is named.

    Cost: one statement; linear in areas.
    """
    counts: dict[str, int] = {}
    with unscoped("operators learn how many areas use a plugin, not which") as session:
        for plugins in session.scalars(sa.select(Area.plugins)):
            for name in plugins:
                counts[name] = counts.get(name, 0) + 1
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginLine:
    """A plugin on the page of an area's switches.

    `own` is what the area itself says, `reason` why it is active or not (`forum.plugin.states`),
    `source` the area above that decides (None: this one, the default, or one the viewer may not
    know of), `because_of` the title of a plugin it hangs together with. `reach` counts the areas
    below that follow this one, `along` has the titles of what would be switched over with it here.
    `may_set`: whether switching it over would be accepted.
    """

    name: str
    title: str
    summary: str
    active: bool
    own: str
    reason: str
    locked: bool
    source: Crumb | None
    because_of: str
    since: datetime | None
    by: Person | None
    by_id: int | None
    why: str
    reach: int
    along: tuple[str, ...]
    may_set: bool
    has_settings: bool
    restricted: bool


def list_plugin_states(scope: Scope) -> list[PluginLine]:
    """List the loaded plugins with their state here, where it comes from and what hangs on it.

    Cost: four statements; linear in areas below.
    """
    manifests, policies = get_manifests(), get_policies()
    ids = list_ids(scope.area.path)
    with unscoped("areas: what is decided above holds, known or not") as session:
        chain = make_chain(ids, load_states(session, Area.id.in_(ids)))
        said = _load_said(session, ids)
    with as_viewer(scope.viewer):
        known = _load_known(ids)
        below = _load_below(scope)
    resolved = resolve_area(chain, policies)
    lines = []
    for name, manifest in manifests.items():
        answer = resolved[name]
        over = State.OFF if answer.active else State.ON
        operator = scope.standing.operator
        refusal = can_set(chain, policies, plugin=name, state=over, as_operator=operator)
        lines.append(
            _to_line(
                manifest,
                answer,
                own=chain[-1].states.get(name, State.INHERIT),
                said=_find_said(said, known, answer, name),
                source=None if answer.source_area_id == ids[-1] else _crumb(known, answer),
                because_of=_title(manifests, answer.because_of),
                reach=_count_followers(below, scope.area.id, plugin=name),
                along=_list_along(
                    manifests,
                    resolved,
                    resolve_area(with_state(chain, name, over), policies),
                    but=name,
                ),
                may_set=refusal is None,
            )
        )
    return lines


def list_lacking_plugins(scope: Scope) -> list[str]:
    """Name the plugins that would be on here and are not loaded: put aside, left out, gone.

    Cost: one statement.
    """
    ids, loaded = list_ids(scope.area.path), get_manifests()
    with unscoped("areas: what is decided above holds, known or not") as session:
        chain = make_chain(ids, load_states(session, Area.id.in_(ids)))
    named = {name for link in chain for name in link.states if name not in loaded}
    resolved = resolve_area(chain, {name: Policy(name=name) for name in named})
    return sorted(name for name, answer in resolved.items() if answer.active)


def list_plugin_rights(plugin: str) -> list[tuple[str, Role]]:
    """Return the titles of a plugin's rights, each with the least role that has it."""
    return [(right.title, right.default_role) for right in get_manifests()[plugin].permissions]


def _to_line(
    manifest: Manifest,
    answer: Resolved,
    *,
    own: State,
    said: Any,
    source: Crumb | None,
    because_of: str,
    reach: int,
    along: tuple[str, ...],
    may_set: bool,
) -> PluginLine:
    return PluginLine(
        name=manifest.name,
        title=manifest.title,
        summary=manifest.summary,
        active=answer.active,
        own=own.value,
        reason=answer.reason.value,
        locked=answer.locked,
        source=source,
        because_of=because_of,
        since=said.changed_at if said else None,
        by=to_person(said) if said else None,
        by_id=said.user_id if said else None,
        why=said.reason if said else "",
        reach=reach,
        along=along,
        may_set=may_set,
        has_settings=manifest.settings is not None,
        restricted=manifest.restricted,
    )


def _load_said(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], Any]:
    """Return when, why and by whom areas of the chain said something."""
    statement = (
        sa.select(
            PluginState.area_id,
            PluginState.plugin,
            PluginState.changed_at,
            PluginState.reason,
            *PERSON,
        )
        .outerjoin(USER, USER.c.id == PluginState.changed_by_id)
        .where(PluginState.area_id.in_(ids))
    )
    return {(row.area_id, row.plugin): row for row in session.execute(statement)}


def _load_known(ids: Sequence[int]) -> dict[int, Crumb]:
    statement = sa.select(Area.id, Area.name, Area.slug).where(Area.id.in_(ids))
    return {row.id: Crumb(row.name, row.slug) for row in db.session.execute(statement)}


def _find_said(
    said: Mapping[tuple[int, str], Any], known: Mapping[int, Crumb], answer: Resolved, name: str
) -> Any:
    """Return the deciding area's words, None for an area the viewer may not know of."""
    area_id = answer.source_area_id
    return said.get((area_id, name)) if area_id in known and area_id is not None else None


def _crumb(known: Mapping[int, Crumb], answer: Resolved) -> Crumb | None:
    return None if answer.source_area_id is None else known.get(answer.source_area_id)


def _title(manifests: Mapping[str, Manifest], name: str | None) -> str:
    if name is None:
        return ""
    return manifests[name].title if name in manifests else name


def _list_along(
    manifests: Mapping[str, Manifest],
    before: Mapping[str, Resolved],
    after: Mapping[str, Resolved],
    *,
    but: str,
) -> tuple[str, ...]:
    """Return the titles of what is switched over together with a plugin."""
    return tuple(
        manifests[name].title
        for name in after
        if name != but and after[name].active != before[name].active
    )


def _load_below(scope: Scope) -> list[Follower]:
    """Return (id, parent id, plugins with a word of their own) below, parents first."""
    rows = db.session.execute(
        sa.select(Area.id, Area.parent_id, PluginState.plugin)
        .outerjoin(PluginState, PluginState.area_id == Area.id)
        .where(within(Area.path, scope.area.path), Area.id != scope.area.id)
        .order_by(Area.depth, Area.id)
    )
    spoken: dict[tuple[int, int | None], set[str | None]] = {}
    for area_id, parent_id, plugin in rows:
        spoken.setdefault((area_id, parent_id), set()).add(plugin)
    return [(*key, frozenset(said)) for key, said in spoken.items()]


def _count_followers(below: Sequence[Follower], area_id: int, *, plugin: str) -> int:
    """Count the areas below whose state comes from this one's."""
    followers = {area_id}
    for child, parent, spoken in below:
        if parent in followers and plugin not in spoken:
            followers.add(child)
    return len(followers) - 1
