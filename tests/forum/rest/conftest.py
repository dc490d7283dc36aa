"""A small federation for programs; every test counts their pace anew."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core.services import service
from forum.testing.fixtures import BuildOnce
from tests.forum.rest.program import Town, build_town


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> None:
    """Forget what earlier tests asked: their members had the same ids."""
    with app.app_context():
        service("limiter").reset()


@pytest.fixture
def town(build_once: BuildOnce) -> Town:
    """Areas of each visibility, and a way to speak for their members."""
    return build_once(build_town)
