"""Fixtures of home's tests: the federation."""

from __future__ import annotations

import pytest

from forum.testing.fixtures import BuildOnce
from tests.forum.home.federation import Federation, build


@pytest.fixture
def federation(build_once: BuildOnce) -> Federation:
    """Areas of every visibility with people inside and outside."""
    return build_once(build)
