"""The authorization matrix and the demo, each built once per process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forum.app import create_app
from forum.core import clock
from forum.core.config import load_config
from forum.core.migrations import upgrade
from forum.testing.apps import SETTINGS, Workshop
from forum.testing.databases import Ground, PostgresGround, SqliteGround, dispose
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
        cluster, name = any_database.cluster, directory.name + "-" + workshop.worker
        ground = PostgresGround(cluster, cluster.create(name), {})
    else:
        ground = SqliteGround(directory / "forum.db")
    settings = {**SETTINGS, "database_url": ground.url, "plugins": "polls"}
    app = create_app(load_config(directory, {}, **settings))
    upgrade(app)
    with clock.freeze(MOMENT):
        made = Matrix(app, ground, build_scene(app))
        made.open_browsers()
        ground.remember(app)
        yield made
    dispose(app)
    if isinstance(ground, PostgresGround):
        ground.cluster.drop(name)
