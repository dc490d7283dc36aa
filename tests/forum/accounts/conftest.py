"""Every test starts with fresh rate limits; `visitor` is a browser that fills in forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from forum.core.ratelimit import RateLimiter
from tests.forum.accounts.visitor import Visitor


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Count anew: the counters outlive a test's database."""
    if "app" not in request.fixturenames:
        return
    app: Flask = request.getfixturevalue("app")
    config = app.config["FORUM"].model_copy(update={"data_dir": tmp_path})
    app.extensions["forum"]["limiter"] = RateLimiter(config)


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Visitor]:
    """Make further browsers."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    """A browser without cookies."""
    return new_visitor()
