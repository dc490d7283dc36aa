"""The apps and databases of one test process: one app per kind of database, built once."""

from __future__ import annotations

import copy
import gc
import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

from forum.app import create_app
from forum.core.clock import frozen_at
from forum.core.config import load_config
from forum.core.migrations import upgrade
from forum.core.services import service
from forum.search.index import Index
from forum.testing.databases import Ground, PostgresGround, SqliteGround, dispose
from forum.testing.services.postgres import Cluster, open_cluster
from forum.testing.services.run import Run
from forum.web import kept as kept_parts
from forum.web import pagecache

# What differs from an operator's defaults: cheap hashes, a fixed key, plugin faults are raised.
SETTINGS: dict[str, Any] = {
    "secret_key": "not-secret-only-for-tests",
    "password_cost": "low",
    "registration": "open",
    "public_url": "http://localhost",
    "strict": True,
}

Built = TypeVar("Built")


@dataclass(frozen=True)
class _World:
    """What was built on an app, and the name under which its database is kept."""

    name: str
    app: Flask
    built: Any


@dataclass
class Workshop:
    """Makes a database and an app of each kind when first asked, and takes them down."""

    run: Run
    worker: str
    _grounds: dict[str, Ground] = field(default_factory=dict)
    _apps: dict[str, Flask] = field(default_factory=dict)
    _extra: list[Flask] = field(default_factory=list)
    _shared: dict[object, Flask] = field(default_factory=dict)
    _in_use: list[Flask] = field(default_factory=list)
    _worlds: dict[Hashable, _World] = field(default_factory=dict)
    _cluster: Cluster | None = None

    def ground(self, kind: str) -> Ground:
        """Return the migrated database of this kind.

        Errors: raises `services.Missing` when there is no PostgreSQL.
        """
        if kind not in self._grounds:
            make = self._make_sqlite if kind == "sqlite" else self._make_postgresql
            ground: Ground = make()
            app = self._apps[ground.url] = self._build(ground)
            upgrade(app)
            ground.remember(app)
            # What is there now stays: the collector need not walk through it in every test.
            gc.freeze()
            self._grounds[kind] = ground
        return self._grounds[kind]

    def app_on(self, ground: Ground) -> Flask:
        """Return the app that stands on this database."""
        return self._apps[ground.url]

    def make_app(self, ground: Ground, **settings: Any) -> Flask:
        """Build another app on this database; it is taken down when the test ends."""
        app = self._build(ground, **settings)
        self._extra.append(app)
        return app

    def share_app(self, ground: Ground, **settings: Any) -> Flask:
        """Return another app on this database, the same one for all tests with these settings."""
        key = (ground.url, frozenset(settings.items()))
        if key not in self._shared:
            self._shared[key] = self._build(ground, **settings)
        self._in_use.append(self._shared[key])
        return self._shared[key]

    def build_once(
        self, ground: Ground, app: Flask, build: Callable[..., Built], *args: Hashable
    ) -> Built:
        """Return what `build(app, *args)` returns, and let there be what it writes.

        Errors: raises RuntimeError when it fills the search index, which is not kept.
        """
        key = (ground.url, build, args, frozen_at())
        dispose(self.app_on(ground))  # which may be another one, with an eye on the same file
        if key in self._worlds:
            ground.bring(app, self._worlds[key].name)
        else:
            made = _World(f"world-{len(self._worlds)}", app, build(app, *args))
            if _count_documents(app):
                raise RuntimeError(f"{build.__qualname__} fills the index, which is not kept")
            ground.keep(app, made.name)
            self._worlds[key] = made
            forget_caches(app)
        world = self._worlds[key]
        built: Built = copy.deepcopy(world.built, {id(world.app): app})
        return built

    def write_database(self, path: Path) -> None:
        """Write an empty, migrated SQLite database with the tables of all plugins."""
        ground = self.ground("sqlite")
        assert isinstance(ground, SqliteGround)
        ground.write_template(path)

    def put_back(self, ground: Ground) -> None:
        """Take further apps down and undo what the test has written."""
        while self._extra:
            dispose(self._extra.pop())
        while self._in_use:
            shared = self._in_use.pop()
            dispose(shared)
            forget_caches(shared)
        app = self._apps[ground.url]
        ground.restore(app)
        _empty_index(app)
        forget_caches(app)

    def cluster(self) -> Cluster:
        """Return this process's PostgreSQL, for tests that make databases of their own.

        Errors: raises `services.Missing` when there is none.
        """
        if self._cluster is None:
            self._cluster = open_cluster(self.run, f"postgres-{self.worker}")
        return self._cluster

    def close(self) -> None:
        """Give connections and databases back."""
        for app in self._apps.values():
            dispose(app)
        for ground in self._grounds.values():
            if isinstance(ground, PostgresGround):
                ground.cluster.drop(self._database_name)

    @property
    def _database_name(self) -> str:
        return f"{self.run.directory.name}-{self.worker}"

    def _make_sqlite(self) -> SqliteGround:
        return SqliteGround(self._data_dir("sqlite") / "forum.db")

    def _make_postgresql(self) -> PostgresGround:
        cluster = self.cluster()
        return PostgresGround(cluster, cluster.create(self._database_name), {})

    def _build(self, ground: Ground, **settings: Any) -> Flask:
        data_dir = self._data_dir(ground.kind)
        chosen = {**SETTINGS, "database_url": ground.url, **settings}
        app = create_app(load_config(data_dir, {}, **chosen))
        app.testing = True
        return app

    def _data_dir(self, kind: str) -> Path:
        directory = self.run.directory / f"data-{self.worker}-{kind}"
        directory.mkdir(exist_ok=True)
        return directory


def _empty_index(app: Flask) -> None:
    if _count_documents(app):
        with app.app_context():
            index: Index = service("search")
            index.clear()


def _count_documents(app: Flask) -> int:
    with app.app_context():
        index: Index = service("search")
        return index.count()


def forget_caches(app: Flask) -> None:
    """Forget what an app keeps beside its database: parts of pages, files, counters of limits."""
    for kept in (kept_parts.STATE, pagecache.STATE):
        app.extensions[kept].clear()
    forget_files(app.config["FORUM"].data_dir)


def forget_files(data_dir: Path) -> None:
    """Remove uploads and the counters of rate limits, which live beside the database."""
    shutil.rmtree(data_dir / "uploads", ignore_errors=True)
    counters = data_dir / "limits.db"
    if counters.exists():
        with closing(sqlite3.connect(counters, isolation_level=None)) as connection:
            connection.execute("DELETE FROM hits")
