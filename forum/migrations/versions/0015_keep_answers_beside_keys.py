"""Keep what a plugin's endpoint answered beside the key, for repeats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0014 to 0015."""
    op.add_column("idempotency_key", sa.Column("answer", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("idempotency_key", "answer")
