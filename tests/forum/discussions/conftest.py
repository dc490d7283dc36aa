"""A small federation to talk in."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.wiring import wire
from tests.forum.discussions.world import World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """Areas, members and a way to act as each of them."""
    wire(app)
    with app.app_context():
        return build_world(app)


@pytest.fixture
def visit(world: World):
    """Open the forum as a member, or as nobody."""

    def open_as(name: str | None = None) -> Visitor:
        return Visitor(world, name)

    return open_as
