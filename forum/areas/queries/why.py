"""Why a plugin is on or off in an area, for whoever runs the site: the chain, who, when, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from forum.areas.models import Area, PluginState
from forum.areas.paths import list_ids
from forum.areas.plugin_upkeep import get_manifests, get_policies, load_states, make_chain
from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.scope import Scope
from forum.core.database import unscoped
from forum.core.errors import NotFound
from forum.plugin.states import State, resolve_area, resolve_tree


@dataclass(frozen=True, slots=True)
class ChainLink:
    """An area on the way from the root, with its own word about the plugin."""

    area: str
    state: str
    at: datetime | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The resolver's answer for a plugin in an area, and everything that it was found from.

    `reason` is one of `forum.plugin.states.Reason`, `source` the address of the area that decides.
    """

    plugin: str
    area: str
    active: bool
    reason: str
    source: str
    because_of: str
    locked: bool
    default: bool
    restricted: bool
    site_only: bool
    requires: Sequence[str]
    chain: Sequence[ChainLink]


def find_reasons(scope: Scope, plugin: str) -> Why:
    """Return why a plugin is on or off in the area, whatever of it members may see.

    Errors: raises NotFound for a plugin that is not loaded.
    Cost: two statements.
    """
    policies = get_policies()
    if plugin not in policies:
        raise NotFound
    ids = list_ids(scope.area.path)
    with unscoped("areas: the operator is told what decides, wherever it was said") as session:
        explicit = load_states(session, Area.id.in_(ids))
        rows = session.execute(
            sa.select(Area.id, Area.slug, PluginState.changed_at, PluginState.reason, *PERSON)
            .outerjoin(
                PluginState, sa.and_(PluginState.area_id == Area.id, PluginState.plugin == plugin)
            )
            .outerjoin(USER, USER.c.id == PluginState.changed_by_id)
            .where(Area.id.in_(ids))
            .order_by(Area.depth)
        ).all()
    chain = make_chain(ids, explicit)
    answer = resolve_area(chain, policies)[plugin]
    slugs = {row.id: row.slug for row in rows}
    links = [
        ChainLink(
            area=row.slug,
            state=explicit.get(row.id, {}).get(plugin, State.INHERIT).value,
            at=row.changed_at,
            by=person.name if (person := to_person(row)) else "",
            reason=row.reason or "",
        )
        for row in rows
    ]
    policy = policies[plugin]
    return Why(
        plugin=plugin,
        area=scope.area.slug,
        active=answer.active,
        reason=answer.reason.value,
        source=slugs.get(answer.source_area_id or 0, ""),
        because_of=answer.because_of or "",
        locked=answer.locked,
        default=policy.default,
        restricted=policy.restricted,
        site_only=policy.site_only,
        requires=policy.requires,
        chain=links,
    )


def list_areas_where_on(plugin: str) -> list[str]:
    """Return the addresses of the areas where a loaded plugin is on, found anew from what is said.

    Cost: two statements; linear in areas.
    """
    if plugin not in get_manifests():
        return []
    with unscoped("areas: a plugin goes only when it is on nowhere, also not in hidden areas") as s:
        explicit = load_states(s, sa.true())
        rows = s.execute(sa.select(Area.id, Area.parent_id, Area.slug).order_by(Area.path)).all()
    active = resolve_tree([(row.id, row.parent_id) for row in rows], explicit, get_policies())
    return [row.slug for row in rows if plugin in active[row.id]]
