"""Make keys for feed readers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0011 to 0012."""
    op.create_table(
        "feed_key",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_feed_key_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_feed_key_key_hash")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("feed_key")
