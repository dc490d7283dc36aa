"""Make the table of files that admins hand in on a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, JSONType, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0004 to 0005."""
    op.create_table(
        "crosspost_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("report", JSONType, nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('mbox','wxr')", name=op.f("ck_crosspost_upload_kind")),
        sa.CheckConstraint(
            "state in ('waiting','looked','queued','done','failed')",
            name=op.f("ck_crosspost_upload_state"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["user.id"],
            name=op.f("fk_crosspost_upload_added_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_crosspost_upload_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosspost_upload")),
    )
    op.create_index(op.f("ix_crosspost_upload_area_id"), "crosspost_upload", ["area_id"])
    op.create_index(op.f("ix_crosspost_upload_added_by_id"), "crosspost_upload", ["added_by_id"])


def downgrade() -> None:
    """Go back to 0004."""
    op.drop_table("crosspost_upload")
