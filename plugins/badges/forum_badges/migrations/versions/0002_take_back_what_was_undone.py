"""Take back what was undone: keys of events, and awards that wait for a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEX = "ix_badges_event_counted"
_COUNTED = ["name", "user_id", "at", "event_id", "area_id"]


def upgrade() -> None:
    """Go from 0001 to 0002; what was counted before has no key and stays counted."""
    op.add_column("badges_award", sa.Column("doubted_at", UTCDateTime(), nullable=True))
    op.add_column(
        "badges_event",
        sa.Column("key", sa.String(length=32), server_default="", nullable=False),
    )
    op.add_column(
        "badges_event",
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.drop_index(_INDEX, table_name="badges_event")
    op.create_index(_INDEX, "badges_event", [*_COUNTED, "undone"])
    op.create_index("ix_badges_event_key", "badges_event", ["key"])
    op.create_table(
        "badges_undone",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last_id", BigId, nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_undone_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "name", name=op.f("pk_badges_undone")),
    )
    op.create_index(op.f("ix_badges_undone_area_id"), "badges_undone", ["area_id"])


def downgrade() -> None:
    """Go back; what was undone counts again."""
    op.drop_table("badges_undone")
    op.drop_index("ix_badges_event_key", table_name="badges_event")
    op.drop_index(_INDEX, table_name="badges_event")
    with op.batch_alter_table("badges_event") as table:
        table.drop_column("undone")
        table.drop_column("key")
    op.create_index(_INDEX, "badges_event", _COUNTED)
    with op.batch_alter_table("badges_award") as table:
        table.drop_column("doubted_at")
