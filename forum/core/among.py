"""A condition on many values that is one statement, whatever their number.

SQLAlchemy's `in_` writes a statement per count of values: the database plans each of them anew,
and SQLAlchemy rewrites its text at every call.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class _Values(TypeDecorator[Collection[Any]]):
    """An array on PostgreSQL, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, one: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Choose by dialect."""
        return sa.Text() if dialect.name == "sqlite" else ARRAY(self.one)

    def process_bind_param(self, value: Collection[Any] | None, dialect: sa.Dialect) -> Any:
        """Write the values as the database takes them."""
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values


class among(FunctionElement[bool]):  # noqa: N801 - reads like the operator it is
    """The condition that a column of numbers or strings is one of the values bound as `name`.

    Shapes: the bind takes any collection; nothing is among none.
    """

    inherit_cache = True
    type = sa.Boolean()

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=_Values(column.type)))


@compiles(among, "postgresql")
def _on_postgresql(element: among, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled parts
