"""Moments inside statements: the databases add days each in their own way."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from forum.core.database import UTCDateTime


class days_after(GenericFunction[Any]):  # noqa: N801 - stands in statements like sa.func's
    """A column of moments, whole days of 24 hours later; the number may be a column too."""

    type = UTCDateTime()
    inherit_cache = True

    def __init__(self, moment: Any, days: Any) -> None:
        super().__init__(moment, sa.type_coerce(days, sa.Integer))


@compiles(days_after, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment, days = (compiler.process(one, **options) for one in element.clauses)
    # Hours, not days: a day of the session's zone may have 23 of them.
    return f"({moment} + make_interval(hours => 24 * CAST({days} AS INTEGER)))"


@compiles(days_after, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment, days = (compiler.process(one, **options) for one in element.clauses)
    # Its own functions know milliseconds only: the fraction stays as it was written.
    return f"(datetime({moment}, {days} || ' days') || substr({moment}, 20))"
