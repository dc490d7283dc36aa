"""Migrations: one Alembic lineage with a version table of its own for the core and each plugin.

A removed plugin therefore never stops the core's next upgrade. They are written with
`forum.core.comparison`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy.engine import Connection

from forum.core.comparison import comparison_options, list_mapped_tables
from forum.core.config import Config
from forum.core.database import db
from forum.core.dirlock import ROLES, DirectoryLock, hold_directory
from forum.core.errors import ConfigError
from forum.core.services import service

HOME: Final = Path(__file__).resolve().parent.parent / "migrations"
ADVISORY_KEY: Final = 0x43484150  # "CHAP"; one upgrade at a time per PostgreSQL database
LOCK_SECONDS: Final = 60
LOCK_TIMEOUT: Final = "10s"


@dataclass(frozen=True, slots=True)
class Lineage:
    """The revisions of one owner: `name` is `core` or a plugin's, its tables begin with `name_`."""

    name: str
    directory: Path

    @property
    def version_table(self) -> str:
        """Where this lineage keeps its revision."""
        return "alembic_version" if self.name == "core" else f"alembic_version_{self.name}"


CORE: Final = Lineage("core", HOME / "versions")


@dataclass(slots=True)
class LineageRegistry:
    """The lineages of one app, in the order in which they are upgraded; the core is first."""

    lineages: list[Lineage]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one lineage is and where it should be; both None for a lineage without revisions."""

    lineage: str
    present: str | None
    head: str | None
    known: bool

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return self.known and self.present == self.head


def register_lineage(lineage: Lineage) -> None:
    """Add a plugin's lineage; called in `requires` order while the app is wired."""
    registry: LineageRegistry = service("lineages")
    registry.lineages.append(lineage)


def list_standings(app: Flask) -> list[Standing]:
    """Return where every lineage stands. Cost: two statements per lineage."""
    with app.app_context(), db.engines["read"].connect() as connection:
        return [_find_standing(connection, lineage) for lineage in list_lineages()]


def require_current(app: Flask) -> None:
    """Raise ConfigError unless the database has exactly the schema this code was made for."""
    for standing in list_standings(app):
        _refuse_newer(standing)
        if not standing.is_current:
            raise ConfigError(
                f"the database lacks migrations of {standing.lineage}; run: forum db upgrade"
            )


def upgrade(app: Flask, *, lock: DirectoryLock | None = None) -> list[str]:
    """Bring every lineage to its head, the core first; return the names of those that moved.

    On SQLite the data directory must be ours: what `lock` does not hold yet is taken for the
    duration, unless there is nothing to do.

    Errors: raises ConfigError when the database is newer than this code, another server holds the
    directory, or another upgrade takes too long.
    """
    with app.app_context(), migration_engine(app).connect() as connection:
        standings = [_find_standing(connection, lineage) for lineage in list_lineages()]
    for standing in standings:
        _refuse_newer(standing)
    if all(standing.is_current for standing in standings):
        return []
    with exclusive_connection(app, lock) as connection:
        moved = []
        for lineage in list_lineages():
            standing = _find_standing(connection, lineage)
            _refuse_newer(standing)
            connection.rollback()
            if standing.present != standing.head:
                _migrate(connection, lineage, "head")
                moved.append(lineage.name)
        return moved


def downgrade(app: Flask, plugin: str, *, lock: DirectoryLock | None = None) -> None:
    """Take a plugin's lineage back to nothing and drop its version table.

    Errors: as `upgrade`; KeyError for a plugin that is not loaded.
    """
    with exclusive_connection(app, lock) as connection:
        lineage = {one.name: one for one in list_lineages()}[plugin]
        _migrate(connection, lineage, "base")
        with connection.begin():
            connection.execute(sa.text(f'DROP TABLE IF EXISTS "{lineage.version_table}"'))


def run_environment(context: Any) -> None:
    """Run one Alembic command on the connection it was given; called by `migrations/env.py`."""
    attributes = context.config.attributes
    options = comparison_options(attributes["lineage"].name, [one.name for one in list_lineages()])
    context.configure(
        connection=attributes["connection"],
        version_table=attributes["lineage"].version_table,
        transactional_ddl=True,
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()


def list_lineages() -> Sequence[Lineage]:
    """Return the lineages of the running app, the core's first."""
    registry: LineageRegistry = service("lineages")
    return registry.lineages


def alembic_settings(connection: Connection, lineage: Lineage) -> AlembicConfig:
    """Return what Alembic's commands want to know, without a file."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(HOME).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(lineage.directory).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, lineage=lineage)
    return config


def _find_standing(connection: Connection, lineage: Lineage) -> Standing:
    context = MigrationContext.configure(connection, opts={"version_table": lineage.version_table})
    present = context.get_current_revision()
    scripts = ScriptDirectory.from_config(alembic_settings(connection, lineage))
    revisions = {script.revision for script in scripts.walk_revisions()}
    return Standing(
        lineage=lineage.name,
        present=present,
        head=scripts.get_current_head(),
        known=present is None or present in revisions,
    )


def _refuse_newer(standing: Standing) -> None:
    if not standing.known:
        raise ConfigError(
            f"the database is newer than this version of {standing.lineage} "
            f"(revision {standing.present}); install the newer version or restore a backup"
        )


def _migrate(connection: Connection, lineage: Lineage, target: str) -> None:
    """Run one lineage's steps in one transaction that is checked before it is committed."""
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        settings = alembic_settings(connection, lineage)
        step = command.downgrade if target == "base" else command.upgrade
        before = set(sa.inspect(connection).get_table_names())
        step(settings, target)
        _refuse_foreign(lineage, before ^ set(sa.inspect(connection).get_table_names()))
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ConfigError(f"migration of {lineage.name} breaks references: {broken[:3]}")


def _refuse_foreign(lineage: Lineage, changed: set[str]) -> None:
    """Let a plugin make and drop its own tables only."""
    own = (f"{lineage.name}_", lineage.version_table)
    foreign = sorted(table for table in changed if not table.startswith(own))
    if foreign and lineage.name != "core":
        raise ConfigError(
            f"a migration of plugin {lineage.name} makes or drops {', '.join(foreign)}; its tables "
            f"have to begin with {lineage.name}_: mend the plugin or take it out of the list"
        )


@contextmanager
def exclusive_connection(app: Flask, lock: DirectoryLock | None = None) -> Iterator[Connection]:
    """Give a connection of our own on which nobody else migrates meanwhile."""
    config: Config = app.config["FORUM"]
    engine = migration_engine(app)
    with ExitStack() as stack:
        stack.enter_context(app.app_context())
        stack.callback(engine.dispose)
        if engine.dialect.name == "sqlite":
            missing = [role for role in ROLES if lock is None or role not in lock.roles]
            stack.enter_context(hold_directory(config.data_dir, missing))
        connection = stack.enter_context(engine.connect())
        if engine.dialect.name == "postgresql":
            stack.enter_context(_advisory_lock(connection))
        yield connection


def migration_engine(app: Flask) -> sa.Engine:
    """Return an engine of our own; on SQLite its connections do not enforce foreign keys."""
    config: Config = app.config["FORUM"]
    engine = sa.create_engine(config.url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _set_up_sqlite(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout=10000")
    raw.execute("PRAGMA journal_mode=WAL")
    # Batch mode copies a table and drops the old one: with the pragma on, the cascade would
    # silently empty every plugin table that points at it.
    raw.execute("PRAGMA foreign_keys=OFF")


@contextmanager
def _advisory_lock(connection: Connection) -> Iterator[None]:
    deadline = time.monotonic() + LOCK_SECONDS
    take = sa.text(f"SELECT pg_try_advisory_lock({ADVISORY_KEY})")
    while not connection.execute(take).scalar():
        connection.rollback()
        if time.monotonic() > deadline:
            raise ConfigError("another upgrade of this database is running; try again later")
        time.sleep(0.2)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sa.text(f"SELECT pg_advisory_unlock({ADVISORY_KEY})"))
        connection.commit()


def list_leftovers(plugin: str) -> list[str]:
    """Return the tables of `plugin` that are still there after a downgrade; empty when none is."""
    core = list_mapped_tables("forum")
    with current_app.app_context(), db.engines["read"].connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - core
    own = (f"{plugin}_", f"alembic_version_{plugin}")
    return sorted(name for name in names if name.startswith(own[0]) or name == own[1])
