"""A database of each kind for the tests of one process: made once, put back between tests."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from flask import Flask

from forum.core.database import close_connections, db
from forum.testing.services.postgres import Cluster

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
_RESTART_SEQUENCES = sa.text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_USED_SEQUENCES = sa.text(
    "SELECT sequencename AS name, last_value AS last FROM pg_sequences "
    "WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


class Ground(Protocol):
    """A database that can be put back to the state in which it was remembered."""

    @property
    def kind(self) -> Kind:
        """What the database is."""

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""

    def remember(self, app: Flask) -> None:
        """Take the present state, schema and first rows, as what `restore` goes back to."""

    def restore(self, app: Flask) -> None:
        """Undo what a test wrote, also through other processes, as far as anything changed."""

    def keep(self, app: Flask, name: str) -> None:
        """Keep what is there now under this name."""

    def bring(self, app: Flask, name: str) -> None:
        """Bring back what was kept; the database is as it was remembered before."""


@dataclass
class SqliteGround:
    """A file, put back by copying."""

    path: Path
    seen: tuple[tuple[int, int], ...] = ()
    kind: Kind = "sqlite"

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the file."""
        return f"sqlite:///{self.path}"

    def remember(self, app: Flask) -> None:
        """Keep a copy of the file with everything in it."""
        self.keep(app, "template")
        self.seen = self._fingerprint()

    def restore(self, app: Flask) -> None:
        """Copy the file back when it or its log has changed."""
        if self._fingerprint() == self.seen:
            return
        self.bring(app, "template")
        self.seen = self._fingerprint()

    def keep(self, app: Flask, name: str) -> None:
        """Copy the file with everything in it."""
        dispose(app)
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._remove_log()
        shutil.copyfile(self.path, self.path.with_suffix(f".{name}"))

    def bring(self, app: Flask, name: str) -> None:
        """Copy the file back."""
        dispose(app)
        self._remove_log()
        shutil.copyfile(self.path.with_suffix(f".{name}"), self.path)

    def write_template(self, path: Path) -> None:
        """Write what was remembered into another file."""
        shutil.copyfile(self.path.with_suffix(".template"), path)

    def _remove_log(self) -> None:
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _fingerprint(self) -> tuple[tuple[int, int], ...]:
        log = self.path.with_name(self.path.name + "-wal")
        found = [path.stat() for path in (self.path, log) if path.exists()]
        return tuple((stat.st_size, stat.st_mtime_ns) for stat in found if stat.st_size)


@dataclass
class PostgresGround:
    """A database of the cluster, put back by emptying what is not empty; needs a superuser."""

    cluster: Cluster
    url: str
    first_rows: dict[str, list[dict[str, Any]]]
    tables: tuple[str, ...] = ()
    kind: Kind = "postgresql"
    _ways_back: dict[str, str] = field(default_factory=dict)

    def remember(self, app: Flask) -> None:
        """Keep the rows that migrations have written."""
        with app.app_context(), db.engines[None].connect() as connection:
            names = sa.inspect(connection).get_table_names()
            self.tables = tuple(n for n in names if not n.startswith("alembic_version"))
            for name in self._list_filled(connection):
                rows = connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings()
                self.first_rows[name] = [dict(row) for row in rows]

    def restore(self, app: Flask) -> None:
        """Empty the tables that hold rows, start the sequences anew, write the first rows.

        Cost: deletes by hand; TRUNCATE rewrites every table that is referenced, 80 ms a test.
        """
        with app.app_context(), db.engines[None].begin() as connection:
            filled = self._list_filled(connection)
            if not filled:
                return
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for name in filled:
                connection.execute(sa.text(f'DELETE FROM "{name}"'))
            connection.execute(_RESTART_SEQUENCES)
            if self.first_rows:
                self._write_first_rows(connection)

    def keep(self, app: Flask, name: str) -> None:
        """Copy the rows of all tables that hold any into a schema of their own."""
        with app.app_context(), db.engines[None].begin() as connection:
            filled = self._list_filled(connection)
            connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
            for table in filled:
                connection.exec_driver_sql(f'CREATE TABLE "{name}"."{table}" AS TABLE "{table}"')
            used = connection.execute(_USED_SEQUENCES).all()
        self._ways_back[name] = "; ".join(
            [
                "SET LOCAL session_replication_role = replica",
                *(f'DELETE FROM "{table}"' for table in self.first_rows),
                *(f'INSERT INTO "{table}" TABLE "{name}"."{table}"' for table in filled),
                *(f"SELECT setval('public.{one.name}', {one.last})" for one in used),
            ]
        )

    def bring(self, app: Flask, name: str) -> None:
        """Copy the rows back, in one go."""
        with app.app_context(), db.engines[None].begin() as connection:
            connection.exec_driver_sql(self._ways_back[name])

    def _list_filled(self, connection: sa.Connection) -> list[str]:
        if not self.tables:
            return []
        asks = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in self.tables
        )
        return list(connection.execute(sa.text(asks)).scalars())

    def _write_first_rows(self, connection: sa.Connection) -> None:
        metadata = sa.MetaData()
        metadata.reflect(connection, only=list(self.first_rows))
        for name, rows in self.first_rows.items():
            connection.execute(metadata.tables[name].insert(), rows)


@dataclass
class PostgresCopy:
    """A database of the cluster, put back by copying it whole: for grounds with many rows."""

    cluster: Cluster
    name: str
    kind: Kind = "postgresql"

    def __post_init__(self) -> None:
        self.cluster.create(self.name)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.cluster.url_of(self.name)

    def remember(self, app: Flask) -> None:
        """Keep a copy with everything in it."""
        dispose(app)
        self.cluster.create(self._template, template=self.name)

    def restore(self, app: Flask) -> None:
        """Copy it back. Cost: 50 ms and more, whatever has changed."""
        dispose(app)
        self.cluster.create(self.name, template=self._template)

    def drop(self) -> None:
        """Remove the database and its copy."""
        for name in (self.name, self._template):
            self.cluster.drop(name)

    @property
    def _template(self) -> str:
        return f"{self.name}-template"


def dispose(app: Flask) -> None:
    """Close the connections that an app keeps."""
    close_connections(app)
