"""Keep the times of plugins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import BigId

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0008 to 0009."""
    op.create_table(
        "plugin_time",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_time")),
        sa.UniqueConstraint(
            "plugin", "hook", "day", "bucket", name=op.f("uq_plugin_time_plugin_hook_day_bucket")
        ),
    )
    op.create_index(op.f("ix_plugin_time_day"), "plugin_time", ["day"], unique=False)
    op.add_column(
        "plugin_trouble",
        sa.Column("took_ms", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("plugin_trouble", "took_ms")
    op.drop_index(op.f("ix_plugin_time_day"), table_name="plugin_time")
    op.drop_table("plugin_time")
