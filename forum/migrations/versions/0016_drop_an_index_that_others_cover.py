"""Drop the index of a post's topic alone: two others begin with it.

Each reply wrote it, and PostgreSQL preferred it while it knew little of the table: it read a topic
whole and sorted it, where an index in reading order would have given one page.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0015 to 0016."""
    op.drop_index("ix_post_topic_id", "post")


def downgrade() -> None:
    """Go back."""
    op.create_index("ix_post_topic_id", "post", ["topic_id"])
