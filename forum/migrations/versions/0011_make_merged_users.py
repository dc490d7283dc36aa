"""Make merged users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0010 to 0011."""
    op.create_table(
        "merged_user",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["into_id"], ["user.id"], name=op.f("fk_merged_user_into_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_merged_user_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_merged_user")),
    )
    op.create_index(op.f("ix_merged_user_into_id"), "merged_user", ["into_id"], unique=False)


def downgrade() -> None:
    """Go from 0011 to 0010."""
    op.drop_index(op.f("ix_merged_user_into_id"), table_name="merged_user")
    op.drop_table("merged_user")
