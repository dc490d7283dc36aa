"""The first page of an empty site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.operations import create_user, promote_user
from forum.areas.queries import get_area
from forum.core.database import read_unit, unit
from forum.core.wall import Viewer, as_viewer
from forum.home.setup import find_setup_link
from forum.testing.services.smtp import Sink
from tests.forum.accounts.visitor import PASSWORD, Visitor
