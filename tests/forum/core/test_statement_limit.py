"""A statement that never ends is interrupted on SQLite as PostgreSQL does by itself."""

from __future__ import annotations

from time import perf_counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from forum.core.statement_limit import limit_statements

ENDLESS = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
)


def test_what_takes_too_long_is_interrupted_and_the_connection_goes_on() -> None:
    engine = sa.create_engine("sqlite://")
    limit_statements(engine, 100)
    with engine.connect() as connection:
        for _ in range(2):
            began = perf_counter()
            with pytest.raises(OperationalError, match="interrupted"):
                connection.execute(ENDLESS)
            assert 0.1 <= perf_counter() - began < 5
            assert connection.scalar(sa.text("SELECT 7")) == 7
    engine.dispose()
