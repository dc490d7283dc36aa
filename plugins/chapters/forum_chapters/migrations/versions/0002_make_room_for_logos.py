"""Make the table of logos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0001 to 0002."""
    op.create_table(
        "chapters_logo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(length=200_000), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_chapters_logo_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapters_logo")),
        sa.UniqueConstraint("area_id", name=op.f("uq_chapters_logo_area_id")),
    )
    op.create_index(op.f("ix_chapters_logo_area_id"), "chapters_logo", ["area_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("chapters_logo")
