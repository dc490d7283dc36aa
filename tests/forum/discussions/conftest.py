"""A small federation to talk in."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import Loaded
from tests.forum.discussions.world import World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """Areas, members and a way to act as each of them."""
    app.extensions["forum"].setdefault(
        "dispatcher", Dispatcher(Loaded(plugins=()), Guard(strict=True))
    )
    with app.app_context():
        return build_world(app)
