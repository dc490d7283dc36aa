"""A small federation to talk in."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.testing.fixtures import BuildOnce
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.wiring import wire
from tests.forum.discussions.world import World, build_world


@pytest.fixture
def world(app: Flask, build_once: BuildOnce) -> World:
    """Areas, members and a way to act as each of them."""
    wire(app)
    return build_once(build_world)


@pytest.fixture
def visit(world: World):
    """Open the forum as a member, or as nobody."""

    def open_as(name: str | None = None) -> Visitor:
        return Visitor(world, name)

    return open_as
