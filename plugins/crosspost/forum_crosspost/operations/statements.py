"""Statements that two databases spell differently: lists as parameters, inserts over their like."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def is_postgresql(session: Session) -> bool:
    """Tell which of the two databases this is."""
    return session.get_bind().dialect.name == "postgresql"


def upsert(session: Session, model: type[Any]) -> Any:
    """Return an insert that knows `on_conflict_do_update`."""
    return (postgresql.insert if is_postgresql(session) else sqlite.insert)(model)


def as_rows(session: Session, values: Collection[str]) -> sa.Select[Any]:
    """Return a selection of these texts; one parameter, however many there are."""
    listed = sa.literal(json.dumps(sorted(values)), sa.Text)
    if is_postgresql(session):
        function = sa.func.json_array_elements_text(sa.cast(listed, postgresql.JSON))
        return sa.select(sa.collate(function.column_valued("value"), "C").label("value"))
    table = sa.func.json_each(listed).table_valued("value")
    return sa.select(sa.cast(table.c.value, sa.Text).label("value"))
