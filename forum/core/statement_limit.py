"""How long a statement of a page may take on SQLite, which has no timeout of its own for that."""

from __future__ import annotations

import sqlite3
from time import monotonic
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

STEPS: Final = 50_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""
_DEADLINE: Final = "statement_deadline"


def limit_statements(engine: Engine, milliseconds: int) -> None:
    """Interrupt statements of an engine that take longer; called before it connects.

    The statement fails with OperationalError ("interrupted"), its connection stays good.
    Cost: a note of the time per statement, and a look at it every millisecond that one runs.
    """
    seconds = milliseconds / 1_000

    def connect(raw: sqlite3.Connection, record: Any) -> None:
        deadline = record.info[_DEADLINE] = [float("inf")]
        raw.set_progress_handler(lambda: monotonic() > deadline[0], STEPS)

    def begin(connection: Connection, *_rest: Any) -> None:
        connection.info[_DEADLINE][0] = monotonic() + seconds

    event.listen(engine, "connect", connect)
    event.listen(engine, "before_cursor_execute", begin)
