"""Models against database: which tables a lineage owns, and how their columns are written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa

from forum.core.database import Base, BigId, JSONType, UTCDateTime, db


def comparison_options(name: str, names: Sequence[str]) -> dict[str, Any]:
    """Return Alembic's options for comparing the lineage `name` of `names`."""
    return {
        "target_metadata": db.metadata,
        "compare_type": True,
        "render_as_batch": True,  # SQLite alters a table by building it anew
        "include_object": _owned_by(name, names),
        "render_item": _render,
    }


def _owned_by(name: str, names: Sequence[str]) -> Any:
    """Return Alembic's filter: a lineage sees its own tables and never drops a stranger's."""
    plugins = tuple(f"{other}_" for other in names if other != "core")
    strangers = _list_strangers()

    def include(_obj: Any, table: str, kind: str, reflected: bool, other: Any) -> bool:
        if kind != "table":
            return True
        if reflected and other is None:
            return False
        if name == "core":
            return not table.startswith(plugins) and table not in strangers
        return table.startswith(f"{name}_")

    return include


def list_mapped_tables(package: str) -> set[str]:
    """Return the tables that a package, or a module, has mapped."""
    mapped = [(m.class_.__module__, m.class_.__tablename__) for m in Base.registry.mappers]
    return {table for module, table in mapped if f"{module}.".startswith(f"{package}.")}


def _list_strangers() -> set[str]:
    """Return the tables that plugins have mapped, also plugins that this app has not loaded."""
    mapped = [(m.class_.__module__, m.class_.__tablename__) for m in Base.registry.mappers]
    return {table for module, table in mapped if not module.startswith("forum.")}


def _render(kind: str, obj: Any, context: Any) -> str | Literal[False]:
    """Write our column types by their names; everything else as Alembic does."""
    if kind != "type":
        return False
    if isinstance(obj, UTCDateTime):
        written = "UTCDateTime()"
    elif isinstance(obj, sa.JSON):
        written = "JSONType"
    elif isinstance(obj, sa.BigInteger) and "sqlite" in obj._variant_mapping:
        written = "BigId"
    elif isinstance(obj, sa.String) and "postgresql" in obj._variant_mapping:
        written = f"sortable({obj.length})"
    else:
        return False
    context.imports.add(f"from forum.core.database import {written.partition('(')[0]}")
    return written


assert {type(BigId), type(JSONType)} == {sa.BigInteger, sa.JSON}  # what `_render` goes by
