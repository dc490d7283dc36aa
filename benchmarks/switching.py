"""Switching a plugin at the root of a federation of 2,500 areas, as its button does."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from flask import Flask

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.areas.operations import NewArea, create_areas, set_plugin_state
from forum.areas.queries import get_system_scope
from forum.areas.spec import AreaSpec
from forum.core.database import refresh_statistics, unit
from forum.plugin.states import State
from forum.testing.databases import dispose

BRANCHES: Final = 16
AREAS: Final = 2_500
PLUGIN: Final = "crosspost"


def measure_switch(ground: Ground, *, rounds: int) -> Figure:
    """Grow the tree to 2,500 areas, then switch a plugin on and off at its root. Units: ms.

    Measured last: the tree stays. Each switch is a whole unit with its event, its entry in the
    audit log and its commit, and changes the row of every area.
    """
    app = ground.make_app()
    with app.app_context():
        with unit():
            create_areas(_grow(get_system_scope(None).area.slug))
        with unit():
            refresh_statistics()
    took = []
    _switch(app, State.ON)
    for _ in range(rounds):
        for state in (State.OFF, State.ON):
            took.append(_switch(app, state))
    dispose(app)
    return Figure("switch", tuple(took), f"{AREAS:,} areas below change")


def _grow(root: str) -> list[NewArea]:
    """Return branches under the root, districts under those, groups under each district."""
    rows = [_area(f"branch-{n}", root) for n in range(BRANCHES)]
    rows += [_area(f"district-{n}", f"branch-{n % BRANCHES}") for n in range(400)]
    left = AREAS - len(rows)
    return rows + [_area(f"group-{n}", f"district-{n % 400}") for n in range(left)]


def _area(slug: str, parent: str) -> NewArea:
    return NewArea(spec=AreaSpec(name=slug, slug=slug, visibility="members"), parent=parent)


def _switch(app: Flask, state: State) -> float:
    with app.app_context():
        began = perf_counter()
        with unit():
            set_plugin_state(get_system_scope(None), PLUGIN, state=state)
        return (perf_counter() - began) * 1_000
