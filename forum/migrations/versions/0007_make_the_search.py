"""Make the search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import BigId

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0006 to 0007."""
    op.create_table(
        "search_pending",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_search_pending_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_pending")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("search_pending")
