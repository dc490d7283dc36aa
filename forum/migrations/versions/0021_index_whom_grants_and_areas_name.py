"""Index the members whom grants and areas name beside who belongs.

Deleting the ghosts of an import read the table of grants to its end twice for each of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SELDOM_SET = sa.text("deputy_for_id IS NOT NULL")


def upgrade() -> None:
    """Go from 0020 to 0021."""
    op.create_index("ix_area_created_by_id", "area", ["created_by_id"])
    op.create_index("ix_area_grant_granted_by_id", "area_grant", ["granted_by_id"])
    op.create_index(
        "ix_area_grant_deputy_for_id",
        "area_grant",
        ["deputy_for_id"],
        postgresql_where=_SELDOM_SET,
        sqlite_where=_SELDOM_SET,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_area_grant_deputy_for_id", "area_grant")
    op.drop_index("ix_area_grant_granted_by_id", "area_grant")
    op.drop_index("ix_area_created_by_id", "area")
