"""What setting a plugin's state in an area would change, found by the resolver that applies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from forum.areas.models import Area
from forum.areas.paths import list_ids, within
from forum.areas.plugin_upkeep import get_manifests, get_policies, load_states, make_chain
from forum.areas.scope import Scope
from forum.core.database import db, unscoped
from forum.core.wall import as_viewer
from forum.plugin.states import State, resolve_tree
from forum.plugin.switching import Refusal, can_set, with_state

Active = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a state would change: here, in areas below, and for which other plugins.

    `on_below` and `off_below` count areas below, as far as the viewer may know of them;
    `along_on` and `along_off` are titles of plugins that would go on or off with it, here or
    there. With `refusal` the state cannot be set at all.
    """

    state: str
    active: bool
    changes_here: bool
    on_below: int
    off_below: int
    along_on: tuple[str, ...]
    along_off: tuple[str, ...]
    refusal: Refusal | None


def list_plugin_effects(scope: Scope, plugin: str) -> list[Effect]:
    """List what each state would change but the one that the area has now.

    Cost: three statements; linear in the areas below, a few milliseconds for 2,500.
    """
    ids, policies = list_ids(scope.area.path), get_policies()
    below = within(Area.path, scope.area.path)
    with unscoped("areas: what is decided above and below holds, known or not") as session:
        explicit = load_states(session, sa.or_(below, Area.id.in_(ids)))
        rows = session.execute(sa.select(Area.id, Area.parent_id).where(below)).all()
    with as_viewer(scope.viewer):
        known = set(db.session.scalars(sa.select(Area.id).where(below)))
    tree = [(row.id, row.parent_id) for row in rows]
    chain, here = make_chain(ids, explicit), scope.area.id
    before = resolve_tree(tree, explicit, policies, above=chain[:-1])
    effects = []
    for state in State:
        if state is chain[-1].states.get(plugin, State.INHERIT):
            continue
        last = with_state(chain, plugin, state)[-1]
        after = resolve_tree(tree, {**explicit, here: last.states}, policies, above=chain[:-1])
        operator = scope.standing.operator
        refusal = can_set(chain, policies, plugin=plugin, state=state, as_operator=operator)
        effects.append(
            _compare(
                {area: before[area] for area in known},
                {area: after[area] for area in known},
                here=here,
                plugin=plugin,
                state=state,
                refusal=refusal,
            )
        )
    return effects


def _compare(
    before: Active,
    after: Active,
    *,
    here: int,
    plugin: str,
    state: State,
    refusal: Refusal | None,
) -> Effect:
    added: dict[str, set[int]] = {}
    removed: dict[str, set[int]] = {}
    for area_id, active in after.items():
        for name in active - before[area_id]:
            added.setdefault(name, set()).add(area_id)
        for name in before[area_id] - active:
            removed.setdefault(name, set()).add(area_id)
    on, off = added.get(plugin, set()), removed.get(plugin, set())
    return Effect(
        state=state.value,
        active=plugin in after[here],
        changes_here=here in on or here in off,
        on_below=len(on - {here}),
        off_below=len(off - {here}),
        along_on=_titles(added.keys() - {plugin}),
        along_off=_titles(removed.keys() - {plugin}),
        refusal=refusal,
    )


def _titles(names: set[str]) -> tuple[str, ...]:
    manifests = get_manifests()
    return tuple(manifests[name].title for name in sorted(names))
