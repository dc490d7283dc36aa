"""Members with mailboxes, at a fixed moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.core.ratelimit import RateLimiter
from forum.testing.services.smtp import Sink
from tests.forum.discussions.world import build_world
from tests.forum.notifications.post_office import PostOffice


@pytest.fixture
def office(
    make_app: Callable[..., Flask],
    smtp_sink: Sink,
    clock: Callable[[datetime], None],
    tmp_path: Path,
) -> PostOffice:
    """A world whose mail goes into the sink."""
    app = make_app(smtp_url=smtp_sink.url)
    config = app.config["FORUM"].model_copy(update={"data_dir": tmp_path})
    app.extensions["forum"]["limiter"] = RateLimiter(config)
    with app.app_context():
        world = build_world(app)
    return PostOffice(world, smtp_sink, clock)
