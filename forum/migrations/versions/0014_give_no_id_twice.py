"""Give no id of an area, topic, post or event twice, on SQLite as on PostgreSQL."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES: Final = ("area", "topic", "post", "event")
# What others keep of ids whose rows may be gone already: nothing of it may mean a new row.
_KEPT: Final = (
    ("area", "SELECT max(area_id) FROM event"),
    ("area", "SELECT max(area_id) FROM audit_entry"),
    ("event", "SELECT max(event_id) FROM event_consumer"),
)


def upgrade() -> None:
    """Go from 0013 to 0014."""
    if op.get_bind().dialect.name != "sqlite":
        return
    _rebuild(autoincrement=True)
    for table, highest in _KEPT:
        kept = op.get_bind().scalar(sa.text(highest)) or 0
        given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        last = op.get_bind().scalar(given, {"table": table})
        if last is None:
            change = "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :kept)"
        else:
            change = "UPDATE sqlite_sequence SET seq = max(seq, :kept) WHERE name = :table"
        op.get_bind().execute(sa.text(change), {"table": table, "kept": kept})


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(autoincrement=False)


def _rebuild(*, autoincrement: bool) -> None:
    for table in _TABLES:
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}
        ):
            pass
