"""The plugin under test: found, loaded, migrated, and a world around it that can be put back."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask

from forum.app import BUILTINS, create_app
from forum.core.comparison import list_mapped_tables
from forum.core.config import load_config
from forum.core.database import db
from forum.core.errors import ConfigError
from forum.core.migrations import upgrade
from forum.plugin import Manifest
from forum.plugin.loader import LoadedPlugin, discover, load_plugins
from forum.search.operations import rebuild_index
from forum.testing.apps import SETTINGS, forget_caches
from forum.testing.databases import Kind, PostgresCopy, SqliteGround, dispose
from forum.testing.kit.world import World, build_world
from forum.testing.services.postgres import Cluster

DEAF_SERVER: Final = "smtp://127.0.0.1:9"
"""Nobody listens there: mails are written, tried and stay where they can be read."""
Rows = dict[str, list[tuple[Any, ...]]]
OpenCluster = Callable[[], Cluster]


def find_plugin(name: str) -> LoadedPlugin:
    """Load a plugin and what it requires, as strictly as can be.

    Errors: ConfigError when it is not installed; BrokenPlugin.
    """
    wanted, builtin = {name}, {module.manifest.name for module in BUILTINS}
    points = {point.name: point for point in discover()}
    if name not in points and name not in builtin:
        there = ", ".join(sorted(points)) or "none"
        raise ConfigError(f"no plugin {name} is installed (installed: {there})")
    waiting = [name]
    while waiting:
        point = points.get(waiting.pop())
        manifest = getattr(point.load(), "manifest", None) if point and point.name != name else None
        requires = manifest.requires if isinstance(manifest, Manifest) else ()
        waiting += [one for one in requires if one not in wanted]
        wanted |= set(requires)
    loaded = load_plugins(
        enabled=",".join(sorted(wanted & set(points))),
        found=tuple(points.values()),
        builtins=BUILTINS,
        strict=True,
        list_tables=list_mapped_tables,
    )
    return next(plugin for plugin in loaded.plugins if plugin.name == name)


@dataclass
class Subject:
    """A plugin with a forum of its own around it, in a directory of the kit's."""

    plugin: LoadedPlugin
    directory: Path
    open_cluster: OpenCluster
    kind: Kind = "sqlite"

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.plugin.name

    @property
    def manifest(self) -> Manifest:
        """The plugin's manifest."""
        return self.plugin.manifest

    @property
    def folder(self) -> Path:
        """Where the plugin's package, or its only module, lies."""
        return Path(self.plugin.module.__file__ or "").parent

    @property
    def package(self) -> str:
        """What the plugin is imported as."""
        return self.plugin.module.__name__.removesuffix(".plugin")

    @cached_property
    def ground(self) -> SqliteGround | PostgresCopy:
        """The database. Errors: services.Missing without PostgreSQL where it was asked for."""
        if self.kind == "sqlite":
            return SqliteGround(self.directory / "forum.db")
        return PostgresCopy(self.open_cluster(), f"{self.directory.name}-{self.name}-world")

    @cached_property
    def app(self) -> Flask:
        """The forum with the plugin and what it requires, its tables made."""
        made = self.make_app(self.directory, database_url=self.ground.url)
        upgrade(made)
        return made

    @cached_property
    def world(self) -> World:
        """Areas, members and posts, and the plugin's rows in them; `restore` goes back to here."""
        world = build_world(self.app, self.plugin)
        self.populate(world)
        world.open_browsers()
        with self.app.app_context():
            world.work()
            rebuild_index()
        world.explore()
        world.remember()
        self.ground.remember(self.app)
        return world

    def make_app(self, directory: Path, *, database_url: str = "", without: bool = False) -> Flask:
        """Build a forum; `without` leaves the plugin out."""
        names = {self.name, *self.manifest.requires} - {one.manifest.name for one in BUILTINS}
        chosen = {"plugins": "" if without else ",".join(sorted(names)), **SETTINGS}
        chosen |= {"smtp_url": DEAF_SERVER}
        app = create_app(load_config(directory, {}, **{**chosen, "database_url": database_url}))
        app.testing = True
        return app

    def populate(self, world: World) -> None:
        """Let the plugin fill its tables; a plugin without tables need not say how."""
        fill = getattr(self.plugin.module, "populate", None) or self._find_sample()
        if fill is not None:
            with self.app.app_context():
                fill(world)

    def _find_sample(self) -> Callable[[World], None] | None:
        name = f"{self.package}.sample"
        if self.package == self.plugin.module.__name__ or importlib.util.find_spec(name) is None:
            return None
        found: Callable[[World], None] = importlib.import_module(name).populate
        return found

    def restore(self) -> None:
        """Undo what a rule has written."""
        if "world" in self.__dict__:
            self.ground.restore(self.app)
            forget_caches(self.app)
            if self.world.has_worked:
                with self.app.app_context():
                    rebuild_index()
            self.world.go_back()

    def list_tables(self, app: Flask | None = None, *, of_all: bool = False) -> list[str]:
        """Return the names of the plugin's tables in the database, or those of all its tables."""
        app = app or self.app
        with app.app_context(), db.engines["read"].connect() as connection:
            names = sa.inspect(connection).get_table_names()
        return sorted(name for name in names if of_all or name.startswith(f"{self.name}_"))

    def read_rows(self, tables: list[str] | None = None) -> Rows:
        """Return all rows of tables, the plugin's own when none are named."""
        found: Rows = {}
        with self.app.app_context(), db.engines["read"].connect() as connection:
            for table in self.list_tables() if tables is None else tables:
                rows = connection.execute(sa.text(f'SELECT * FROM "{table}"'))
                found[table] = sorted((tuple(row) for row in rows), key=repr)
        return found

    def close(self) -> None:
        """Give connections back."""
        if "app" in self.__dict__:
            dispose(self.app)
        ground = self.__dict__.get("ground")
        if isinstance(ground, PostgresCopy):
            ground.drop()
