"""What an upgrade would put aside, and which hooks that go are still used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from forum.plugin import Manifest
from forum.plugin.hookspec import Deprecated
from forum.plugin.loader import GROUP
from forum.plugin.planning import plan_upgrade
from forum.plugin.specs import SPECS

GOES = Deprecated(since="1.2", until="2.0", instead="use filter_post_source")


def make(name: str, core: str, *hooks: str) -> EntryPoint:
    """Make an installed module with these hooks."""
    module = ModuleType(f"planned_{name}")
    module.__dict__["manifest"] = Manifest(
        name=name, title=name, summary=name, core=core, licence="X"
    )
    for hook in hooks:
        module.__dict__[hook] = lambda: None
    sys.modules[module.__name__] = module
    return EntryPoint(name, module.__name__, GROUP)


@pytest.fixture
def points() -> Iterator[list[EntryPoint]]:
    """Four plugins: one that fits, an old one, one with a hook that goes, one that is broken."""
    yield [
        make("uses", ">=1.0", "filter_post_html"),
        make("fits", ">=1.0,<3"),
        make("aged", ">=1.0,<2"),
        EntryPoint("gone", "planned_gone_away", GROUP),
    ]
    for name in [name for name in sys.modules if name.startswith("planned_")]:
        del sys.modules[name]


SPECS_THEN = {**SPECS, "filter_post_html": replace(SPECS["filter_post_html"], deprecated=GOES)}


def test_the_next_major_version_blocks_what_is_not_made_for_it(points: list[EntryPoint]) -> None:
    plan = {one.name: one for one in plan_upgrade(points, SPECS_THEN, version="2.0")}
    assert list(plan) == ["aged", "fits", "gone", "uses"]
    assert [name for name, one in plan.items() if one.blocks] == ["aged", "gone", "uses"]
    assert plan["aged"].problem == "it wants API >=1.0,<2"
    assert plan["gone"].problem.startswith("importing it raised ModuleNotFoundError")
    assert plan["uses"].problem == "it uses filter_post_html, which that version does not have"


def test_a_hook_that_goes_is_told_before_it_blocks(points: list[EntryPoint]) -> None:
    plan = {one.name: one for one in plan_upgrade(points, SPECS_THEN, version="1.9")}
    assert [name for name, one in plan.items() if one.blocks] == ["gone"]
    [told] = plan["uses"].ageing
    assert (told.hook, told.gone) == ("filter_post_html", False)
    assert told.deprecated == GOES
    assert plan["fits"].ageing == []


def test_a_version_that_is_none_is_refused(points: list[EntryPoint]) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        plan_upgrade(points, SPECS, version="zwei")
