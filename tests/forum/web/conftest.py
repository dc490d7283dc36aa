"""The showcase app, signed in and anonymous."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.web.frame import FrameViewer
from tests.forum.web.showcase import ANKE, make_showcase


@pytest.fixture(scope="session")
def anonymous() -> Flask:
    return make_showcase()


@pytest.fixture(scope="session")
def member() -> Flask:
    return make_showcase(viewer=FrameViewer(1, ANKE))
