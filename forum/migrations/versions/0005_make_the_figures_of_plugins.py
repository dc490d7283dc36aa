"""Make the figures of plugins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import BigId, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0004 to 0005."""
    op.create_table(
        "plugin_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.Column("slow", sa.BigInteger(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_figure")),
        sa.UniqueConstraint("plugin", "hook", "day", name=op.f("uq_plugin_figure_plugin_hook_day")),
    )
    op.create_index(op.f("ix_plugin_figure_day"), "plugin_figure", ["day"], unique=False)

    op.create_table(
        "plugin_trouble",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=80), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_trouble")),
    )
    op.create_index(op.f("ix_plugin_trouble_at"), "plugin_trouble", ["at"], unique=False)


def downgrade() -> None:
    """Go back."""

    op.drop_table("plugin_trouble")

    op.drop_table("plugin_figure")
