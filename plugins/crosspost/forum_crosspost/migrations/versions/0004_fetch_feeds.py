"""Make the table of feeds that are fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0003 to 0004."""
    op.create_table(
        "crosspost_feed",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("ids", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("etag", sa.String(length=255), nullable=False),
        sa.Column("last_modified", sa.String(length=255), nullable=False),
        sa.Column("moved_to", sa.String(length=2000), nullable=False),
        sa.Column("moved_times", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("next_poll_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("succeeded_at", UTCDateTime(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ids in ('guid','link','hash')", name=op.f("ck_crosspost_feed_ids")),
        sa.CheckConstraint("state in ('on','paused','gone')", name=op.f("ck_crosspost_feed_state")),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["user.id"],
            name=op.f("fk_crosspost_feed_added_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_crosspost_feed_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_feed_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_crosspost_feed")),
    )
    op.create_index(op.f("ix_crosspost_feed_area_id"), "crosspost_feed", ["area_id"])
    op.create_index(op.f("ix_crosspost_feed_added_by_id"), "crosspost_feed", ["added_by_id"])
    op.create_index(
        "ix_crosspost_feed_state_next_poll_at", "crosspost_feed", ["state", "next_poll_at"]
    )
    op.create_index(
        "uq_crosspost_feed_host_leased",
        "crosspost_feed",
        ["host"],
        unique=True,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back to 0003."""
    op.drop_table("crosspost_feed")
