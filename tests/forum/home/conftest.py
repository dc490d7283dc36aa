"""Fixtures of home's tests: the federation."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forum.home.federation import Federation, build


@pytest.fixture
def federation(app: Flask) -> Federation:
    """Areas of every visibility with people inside and outside."""
    return build(app)
