"""Counts the statements that a piece of code sends to the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

# What frames a unit or sets a connection up is not counted: pooling decides when it is sent.
_FRAME = re.compile(
    r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SET|SHOW)\b", re.IGNORECASE
)


@contextmanager
def count_statements() -> Iterator[list[str]]:
    """Collect the statements that this process sends inside the block, frames left out."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not _FRAME.match(statement):
            seen.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


def list_warm_statements(act: Callable[[], object]) -> list[str]:
    """Return what `act` sends when it has run once before: caches filled, templates compiled."""
    act()
    with count_statements() as seen:
        act()
    return seen
