"""A small federation for programs."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forum.rest.program import Town, build_town


@pytest.fixture
def town(app: Flask) -> Town:
    """Areas of each visibility, and a way to speak for their members."""
    return build_town(app)
