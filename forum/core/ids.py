"""Ids before their rows: reserved in the unit that inserts them, so that none has to be read back.

Rows that come back from one insert of many stand in no order that both databases promise, and
SQLAlchemy therefore inserts one by one on SQLite. Source: SQLite, AUTOINCREMENT: `sqlite_sequence`
is an ordinary table; PostgreSQL: what `nextval` gave is given to nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


def insert_rows(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows, all with the same columns; return their ids in the order of the rows.

    Nothing is made of them that a session would keep: for thousands.
    Cost: two statements, one more on SQLite for a table that is still empty.
    """
    ids = reserve_ids(session, model, len(rows))
    if rows:
        numbered = [{**row, "id": row_id} for row_id, row in zip(ids, rows, strict=True)]
        session.execute(sa.insert(model.__table__), numbered)
    return ids


def reserve_ids(session: Session, model: Any, count: int) -> Sequence[int]:
    """Return so many ids of a table that no row has had or will get otherwise, rising.

    The table gives no id twice (`NEVER_AGAIN`). Rolled back, they are given again on SQLite and
    lost on PostgreSQL.
    Cost: one statement, one more on SQLite for a table that is still empty.
    """
    if count <= 0:
        return ()
    table = model.__table__
    if not table.dialect_options["sqlite"]["autoincrement"]:
        raise ValueError(f"{table.name} gives ids twice on SQLite")
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        numbers = sa.func.generate_series(1, count).table_valued("number")
        found = session.scalars(sa.select(sa.func.nextval(sequence)).select_from(numbers))
        return sorted(found)
    last = _move_on(session, table.name, count)
    return range(last - count + 1, last + 1)


def _move_on(session: Session, name: str, count: int) -> int:
    """Move the last id of a table on; SQLite has one writer, and the unit is that."""
    values = {"name": name, "count": count}
    update = "UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name RETURNING seq"
    last = session.scalar(sa.text(update), values)
    if last is None:
        insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count) RETURNING seq"
        last = session.execute(sa.text(insert), values).scalar_one()
    return int(last)
