"""Keeps in the rows which plugins are active where, by the one resolver of `forum.plugin.states`.

Like `upkeep`, it runs on an unscoped session inside the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.models import Area, PluginPolicy, PluginState
from forum.areas.paths import list_ids, within
from forum.areas.upkeep import refresh_areas
from forum.core.among import among
from forum.core.services import service
from forum.plugin.states import Link, Policy, State, resolve_tree
from forum.plugin.types import Manifest

_STRICTNESS: Final = {"": 0, "posting": 1, "visibility": 2}

Explicit = dict[int, dict[str, State]]
Outcome = tuple[tuple[str, ...], str]
"""What an area's row says: its active plugins, and what a plugin that is not loaded closes."""


def get_manifests() -> dict[str, Manifest]:
    """Return the manifests of the loaded plugins that areas switch, in the loader's order."""
    loaded = service("dispatcher").loaded
    return {p.name: p.manifest for p in loaded.plugins if not p.builtin}


def get_policies() -> dict[str, Policy]:
    """Return what the resolver has to know of the loaded plugins."""
    return {name: Policy.of(manifest) for name, manifest in get_manifests().items()}


def load_states(session: Session, where: sa.ColumnElement[bool]) -> Explicit:
    """Return what areas say about plugins. Cost: one statement."""
    statement = sa.select(PluginState.area_id, PluginState.plugin, PluginState.state)
    rows = session.execute(statement.join(Area, Area.id == PluginState.area_id).where(where))
    explicit: Explicit = {}
    for area_id, plugin, state in rows:
        explicit.setdefault(area_id, {})[plugin] = State(state)
    return explicit


def make_chain(ids: Iterable[int], explicit: Mapping[int, Mapping[str, State]]) -> list[Link]:
    """Return the chain from the root down as the resolver wants it."""
    return [Link(area_id, explicit.get(area_id, {})) for area_id in ids]


def resolve_plugins(session: Session, area_id: int) -> bool:
    """Rewrite the active plugins of an area and of everything below it.

    Return: whether anything was closed or opened to readers; their rows are then new as well.
    Cost: four statements, one more for each further set of plugins that areas come to have, a few
        more when readers are concerned; linear in areas below.
    """
    path = session.scalar(sa.select(Area.path).where(Area.id == area_id))
    assert path is not None
    ids = list_ids(path)
    below = within(Area.path, path)
    explicit = load_states(session, sa.or_(below, Area.id.in_(ids)))
    rows = session.execute(
        sa.select(Area.id, Area.parent_id, Area.plugins, Area.closed).where(below)
    ).all()
    loaded, missing = get_policies(), _load_missing(session)
    policies = {**{name: _to_policy(row) for name, row in missing.items()}, **loaded}
    active = resolve_tree(
        [(row.id, row.parent_id) for row in rows],
        explicit,
        policies,
        above=make_chain(ids[:-1], explicit),
    )
    changed: dict[Outcome, list[Any]] = {}
    for row in rows:
        outcome = _find_change(row, active[row.id], loaded, missing)
        if outcome is not None:
            changed.setdefault(outcome, []).append(row)
    for outcome, alike in changed.items():
        _store(session, outcome, [row.id for row in alike])
    shut = any(
        "visibility" in (closed, row.closed)
        for (_, closed), alike in changed.items()
        for row in alike
    )
    if shut:
        refresh_areas(session, path)
    return shut


def _store(session: Session, outcome: Outcome, area_ids: list[int]) -> None:
    """Write what many areas have in common by one statement: a row each takes thrice as long."""
    plugins, closed = outcome
    session.execute(
        sa.update(Area)
        .where(among(Area.id, "ids"))
        .values(plugins=list(plugins), closed=closed, version=Area.version + 1)
        .execution_options(synchronize_session=False),
        {"ids": area_ids},
    )


def _find_change(
    row: Any,
    active: frozenset[str],
    loaded: Mapping[str, Policy],
    missing: Mapping[str, PluginPolicy],
) -> Outcome | None:
    plugins = sorted(active & loaded.keys())
    lacking = [missing[name].restricts for name in active & missing.keys()]
    closed = max(lacking, key=_STRICTNESS.__getitem__, default="")
    if plugins == sorted(row.plugins) and closed == row.closed:
        return None
    return tuple(plugins), closed


def _load_missing(session: Session) -> dict[str, PluginPolicy]:
    """Return the plugins that were loaded once and are not now."""
    loaded = get_policies()
    rows = session.scalars(sa.select(PluginPolicy)).all()
    return {row.plugin: row for row in rows if row.plugin not in loaded}


def _to_policy(row: PluginPolicy) -> Policy:
    return Policy(
        name=row.plugin,
        default=row.default,
        site_only=row.site_only,
        requires=tuple(row.requires),
    )


def remember_policies(session: Session) -> None:
    """Keep what the loaded plugins say of themselves for the time when they are not loaded."""
    stored = {row.plugin: row for row in session.scalars(sa.select(PluginPolicy))}
    for name, manifest in get_manifests().items():
        row = stored.get(name) or PluginPolicy(plugin=name)
        row.default = manifest.default
        row.restricts = manifest.restricts or ""
        row.requires = list(manifest.requires)
        row.site_only = manifest.site_only
        session.add(row)
    session.flush()
