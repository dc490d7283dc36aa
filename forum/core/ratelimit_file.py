"""The counters of rate limits in a SQLite file, for hosts without Redis."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from limits.storage import Storage

from forum.core import clock

_SCHEMA = "CREATE TABLE IF NOT EXISTS hits (key TEXT PRIMARY KEY, n INT, until REAL) WITHOUT ROWID"
_COUNT = """
INSERT INTO hits (key, n, until) VALUES (:key, :amount, :until)
ON CONFLICT (key) DO UPDATE SET
    n = CASE WHEN hits.until <= :now THEN :amount ELSE hits.n + :amount END,
    until = CASE WHEN hits.until <= :now THEN :until ELSE hits.until END
RETURNING n
"""
_SWEEP_EVERY = 1_000


class _Connection(sqlite3.Connection):
    """Closes itself with the thread that it belongs to: nobody else knows when that ends."""

    def __del__(self) -> None:
        self.close()


class FileStorage(Storage):
    """Fixed windows that begin with the first hit. A lost file costs nothing but the counts."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._local = threading.local()
        self._writes = 0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What the file can raise."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to the counter and return it."""
        now = clock.now().timestamp()
        values = {"key": key, "amount": amount, "now": now, "until": now + expiry}
        (count,) = self._connection().execute(_COUNT, values).fetchone()
        self._writes += 1
        if self._writes % _SWEEP_EVERY == 0:
            self._connection().execute("DELETE FROM hits WHERE until <= ?", (now,))
        return int(count)

    def get(self, key: str) -> int:
        """Return the counter, 0 when its window is over."""
        return int(self._value(key, "n", 0))

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, now when there is none."""
        return float(self._value(key, "until", clock.now().timestamp()))

    def check(self) -> bool:
        """Tell whether the file can be used."""
        try:
            self._connection().execute("SELECT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int | None:
        """Forget every counter and return how many there were."""
        return self._connection().execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._connection().execute("DELETE FROM hits WHERE key = ?", (key,))

    def _value(self, key: str, column: str, default: Any) -> Any:
        row = (
            self._connection()
            .execute(
                f"SELECT {column} FROM hits WHERE key = ? AND until > ?",  # noqa: S608
                (key, clock.now().timestamp()),
            )
            .fetchone()
        )
        return default if row is None else row[0]

    def _connection(self) -> sqlite3.Connection:
        # One per thread: web threads come and go, and a connection must not be shared by two.
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path,
                timeout=5,
                isolation_level=None,
                factory=_Connection,
                check_same_thread=False,  # whoever clears up may be another thread
            )
            self._path.chmod(0o600)
            for pragma in ("journal_mode=WAL", "synchronous=OFF"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(_SCHEMA)
            self._local.connection = connection
        return connection
