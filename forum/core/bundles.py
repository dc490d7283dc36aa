"""A bundle: everything that is kept of a plugin, as lines of JSON in a zip, with its files.

Read in one snapshot, so a site may run meanwhile. Nothing in it is ever executed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from forum.core import clock
from forum.core.comparison import list_mapped_tables
from forum.core.config import Config
from forum.core.errors import ConfigError
from forum.core.files import whole_file
from forum.core.remains import list_remains
from forum.core.storage import storage

FORMAT: Final = 1
BATCH: Final = 500
_FILE: Final = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


@dataclass(slots=True)
class Bundle:
    """What was written: rows by table, and the names of files that rows mention."""

    tables: dict[str, int] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(self.tables.values())


def list_own_tables(connection: Connection, plugin: str) -> list[str]:
    """Return the tables of a plugin, loaded or not, without its version table."""
    core = list_mapped_tables("forum")
    names = sa.inspect(connection).get_table_names()
    return sorted(name for name in names if name.startswith(f"{plugin}_") and name not in core)


def write_bundle(app: Flask, plugin: str, target: Path, *, version: str = "") -> Bundle:
    """Write everything that is kept of a plugin to a new file that only this user may read.

    The plugin need not be loaded. A killed process leaves no file under the target's name.

    Errors: raises ConfigError when the file is there already, when its directory is not, and when
        nothing is kept of such a plugin.
    """
    if target.exists():
        raise ConfigError(f"{target}: is there already; choose another name")
    if not target.parent.is_dir():
        raise ConfigError(f"{target.parent}: no such directory; make it or choose another name")
    with app.app_context(), _snapshot(app) as connection, whole_file(target) as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            return _fill(connection, archive, plugin, version=version)


def _fill(connection: Connection, archive: zipfile.ZipFile, plugin: str, *, version: str) -> Bundle:
    bundle, told = Bundle(), {}
    own = list_own_tables(connection, plugin)
    parts: list[tuple[str, str, Any]] = [(f"tables/{name}", name, None) for name in own]
    there = set(sa.inspect(connection).get_table_names())
    parts += [
        (f"core/{one.table}", one.table, one)
        for one in list_remains()
        if one.archived and one.table in there
    ]
    for path, name, remains in parts:
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        chosen = sa.select(table)
        if remains is not None:
            chosen = chosen.where(table.c[remains.column.key] == remains.prefix + plugin)
        rows, digest = _write_rows(
            connection, archive, path, chosen.order_by(*_order(table)), bundle
        )
        bundle.tables[name] = rows
        told[f"{path}.ndjson"] = {"rows": rows, "sha256": digest}
    revision = _find_revision(connection, plugin)
    if not own and revision is None and not bundle.rows:
        raise ConfigError(f"nothing is kept of a plugin {plugin}; see: forum plugin list")
    bundle.files = {name for name in bundle.files if storage().has(name)}
    for name in sorted(bundle.files):
        archive.writestr(f"files/{name}", storage().get(name))
    head = {
        "format": FORMAT,
        "plugin": plugin,
        "version": version,
        "revision": revision,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "parts": told,
        "files": sorted(bundle.files),
    }
    archive.writestr("bundle.json", json.dumps(head, indent=1, ensure_ascii=False))
    return bundle


def _write_rows(
    connection: Connection,
    archive: zipfile.ZipFile,
    path: str,
    chosen: sa.Select[Any],
    bundle: Bundle,
) -> tuple[int, str]:
    """Write one table line by line; note the files that its rows name."""
    count, digest = 0, hashlib.sha256()
    found = connection.execution_options(yield_per=BATCH).execute(chosen)
    with archive.open(f"{path}.ndjson", "w", force_zip64=True) as file:
        for row in found.mappings():
            bundle.files |= {
                value for value in row.values() if isinstance(value, str) and _FILE.fullmatch(value)
            }
            line = json.dumps(dict(row), default=_to_json, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return count, digest.hexdigest()


def _to_json(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)  # as every time is in the database
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode("ascii")}
    return str(value)


def _order(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    return list(table.primary_key.columns) or list(table.columns)


def _find_revision(connection: Connection, plugin: str) -> str | None:
    name = f"alembic_version_{plugin}"
    if not sa.inspect(connection).has_table(name):
        return None
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    return connection.scalar(sa.select(table.c.version_num))


@contextmanager
def _snapshot(app: Flask) -> Iterator[Connection]:
    """Give a connection that sees one moment of the database and blocks nobody."""
    config: Config = app.config["FORUM"]
    engine = sa.create_engine(config.url, poolclass=sa.NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN"))
    else:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _set_up_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout=10000")
    raw.execute("PRAGMA query_only=ON")
