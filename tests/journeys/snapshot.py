"""Everything that is in the database, to be compared with what is in it after a request."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from forum.core.database import Base, db

# Random by nature, or counted whatever happens.
VOLATILE = frozenset(
    {
        *("token_hash", "password_hash", "body_hash", "key_hash", "key"),
        *("last_seen_at", "last_used_at", "xid"),
        *("uuid", "document", "place"),
    }
)
Rows = dict[tuple[str, ...], dict[str, Any]]


def take_snapshot(app: Flask) -> Rows:
    """Return all rows by table and primary key."""
    rows: Rows = {}
    with app.app_context(), db.engines["read"].connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        for table in Base.metadata.sorted_tables:
            # Tables of plugins that are not loaded are missing; figures of hooks are no data.
            if table.name not in present or table.name in ("plugin_figure", "plugin_time"):
                continue
            keys = [column.name for column in table.primary_key]
            for row in connection.execute(sa.select(table)).mappings():
                kept = {name: value for name, value in row.items() if name not in VOLATILE}
                rows[(table.name, *(str(row[key]) for key in keys))] = kept
    return rows


def list_columns() -> set[str]:
    """Return the names of all columns of all tables."""
    return {column.name for table in Base.metadata.sorted_tables for column in table.columns}


def tell_differences(one: Rows, other: Rows) -> list[str]:
    """Name the rows that differ, with what differs in them."""
    told = []
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            before, after = one.get(key, {}), other.get(key, {})
            names = sorted(n for n in before | after if before.get(n) != after.get(n))
            told.append(f"{'/'.join(key)}: {', '.join(names)}")
    return told
