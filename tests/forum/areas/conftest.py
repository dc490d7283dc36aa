"""Fixtures of the area tests: a town to act in."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import Loaded
from tests.forum.areas.town import Town


@pytest.fixture
def town(app: Flask) -> Town:
    """An empty federation."""
    app.extensions["forum"].setdefault("dispatcher", Dispatcher(Loaded(plugins=()), Guard()))
    return Town(app)
