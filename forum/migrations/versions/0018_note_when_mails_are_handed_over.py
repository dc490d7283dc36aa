"""Note when the text of a mail goes to the server: a kill right after it leaves the mail waiting,
and whoever would write it anew has to know that it may have arrived.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0017 to 0018."""
    op.add_column("mail", sa.Column("handed_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("mail", "handed_at")
