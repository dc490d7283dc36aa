"""The authorization matrix and the demo, each built once per process."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from forum.app import create_app
from forum.core import clock
from forum.core.config import load_config
from forum.core.migrations import upgrade
from forum.testing.apps import SETTINGS, Workshop
from forum.testing.databases import Ground, PostgresCopy, PostgresGround, SqliteGround, dispose
from forum.testing.services.run import Run
from tests.journeys.demosite import DemoSite
from tests.journeys.federation import read_federation
from tests.journeys.matrix import Matrix
from tests.journeys.scene import build_scene

MOMENT = datetime(2026, 9, 15, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def matrix(
    any_database: Ground, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Matrix]:
    """The scene in a database of its own, at a fixed moment."""
    directory = tmp_path_factory.mktemp("matrix")
    ground: Ground
    if isinstance(any_database, PostgresGround):
        ground = PostgresCopy(any_database.cluster, f"{directory.name}-{workshop.worker}")
    else:
        ground = SqliteGround(directory / "forum.db")
    plugins = "badges,chapters,crosspost,digest,polls"
    settings = {**SETTINGS, "database_url": ground.url, "plugins": plugins}
    app = create_app(load_config(directory, {}, **settings))
    upgrade(app)
    with clock.freeze(MOMENT):
        made = Matrix(app, ground, build_scene(app))
        made.open_browsers()
        ground.remember(app)
        yield made
    dispose(app)
    if isinstance(ground, PostgresCopy):
        ground.drop()


@pytest.fixture(scope="session")
def demo_site(test_run: Run) -> Iterator[DemoSite]:
    """The demo, built once for all processes of the run by the command itself."""
    directory = test_run.directory / "demo"
    with (test_run.directory / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "demo.json").exists():
            command = [sys.executable, "-m", "forum.cli", "demo", "--dir", str(directory)]
            subprocess.run(command, check=True, capture_output=True, timeout=240)
    facts = json.loads((directory / "demo.json").read_text("utf-8"))
    settings = {"public_url": "http://localhost", "strict": True}
    app = create_app(load_config(directory, {}, **settings))
    yield DemoSite(app, directory, facts, read_federation(facts))
    dispose(app)


@pytest.fixture
def demo(demo_site: DemoSite) -> Iterator[DemoSite]:
    """The demo at its own present; the clock goes on when the test ends, for the tests after it."""
    with clock.freeze(MOMENT):
        yield demo_site
