"""`visitor` is a browser that fills in forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.forum.accounts.visitor import Visitor


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Visitor]:
    """Make further browsers."""
    return lambda: Visitor(app.test_client())


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    """A browser without cookies."""
    return new_visitor()
