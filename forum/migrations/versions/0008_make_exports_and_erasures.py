"""Make exports and erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import JSONType, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0007 to 0008."""
    op.create_table(
        "data_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting','ready','failed')", name=op.f("ck_data_export_state")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_data_export_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    op.create_index(op.f("ix_data_export_expires_at"), "data_export", ["expires_at"])
    op.create_index(op.f("ix_data_export_user_id"), "data_export", ["user_id"])
    op.create_table(
        "erasure_request",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.String(length=6), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("texts in ('keep','delete')", name=op.f("ck_erasure_request_texts")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["user.id"],
            name=op.f("fk_erasure_request_asked_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["user.id"],
            name=op.f("fk_erasure_request_successor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_erasure_request_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_erasure_request")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.String(length=6), nullable=False),
        sa.Column("rows", JSONType, nullable=False),
        sa.Column("erased_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("texts in ('keep','delete')", name=op.f("ck_erasure_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_erasure_person_hash")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("erasure")
    op.drop_table("erasure_request")
    op.drop_index(op.f("ix_data_export_user_id"), table_name="data_export")
    op.drop_index(op.f("ix_data_export_expires_at"), table_name="data_export")
    op.drop_table("data_export")
