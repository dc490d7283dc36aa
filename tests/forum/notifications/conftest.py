"""Members with mailboxes, at a fixed moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from forum.testing.fixtures import BuildOnce
from forum.testing.services.smtp import Sink
from tests.forum.notifications.post_office import PostOffice, build_world_with_mailboxes


@pytest.fixture
def office(
    share_app: Callable[..., Flask],
    build_once: BuildOnce,
    smtp_sink: Sink,
    clock: Callable[[datetime], None],
) -> PostOffice:
    """A world whose mail goes into the sink."""
    world = build_once(build_world_with_mailboxes, on=share_app(smtp_url=smtp_sink.url))
    return PostOffice(world, smtp_sink, clock)
