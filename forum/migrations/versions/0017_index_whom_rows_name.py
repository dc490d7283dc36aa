"""Index the members whom rows name beside their author.

Deleting a member, or bringing two accounts together, read the tables of topics, posts, revisions
and the audit log to their end for each of these columns.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SELDOM_SET = sa.text("deleted_by_id IS NOT NULL")


def upgrade() -> None:
    """Go from 0016 to 0017."""
    op.create_index("ix_topic_last_author_id", "topic", ["last_author_id"])
    op.create_index(
        "ix_post_deleted_by_id",
        "post",
        ["deleted_by_id"],
        postgresql_where=_SELDOM_SET,
        sqlite_where=_SELDOM_SET,
    )
    op.create_index("ix_post_revision_editor_id", "post_revision", ["editor_id"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_audit_entry_actor_id", "audit_entry")
    op.drop_index("ix_post_revision_editor_id", "post_revision")
    op.drop_index("ix_post_deleted_by_id", "post")
    op.drop_index("ix_topic_last_author_id", "topic")
