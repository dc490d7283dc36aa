"""How much a database does for a query, in units that a busy machine does not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from forum.core.database import db


def count_work(act: Callable[[], object]) -> int:
    """Count instructions on SQLite, rows passed between the plan's nodes on PostgreSQL."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return _count_instructions(connection, act)
    return sum(_count_rows(connection, *sent) for sent in _catch(act))


def _count_instructions(connection: Connection, act: Callable[[], object]) -> int:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(step, 1)
    try:
        act()
    finally:
        raw.set_progress_handler(None, 0)
    return steps


def _catch(act: Callable[[], object]) -> list[tuple[str, Any]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        sent.append((text, values))

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
    return sent


def _count_rows(connection: Connection, text: str, values: Any) -> int:
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}"
    (plan,) = connection.exec_driver_sql(explain, values).scalar_one()
    return _sum_rows(plan["Plan"])


def _sum_rows(node: dict[str, Any]) -> int:
    own = int(node["Actual Rows"] * node["Actual Loops"]) + node.get("Rows Removed by Filter", 0)
    return own + sum(_sum_rows(child) for child in node.get("Plans", ()))
