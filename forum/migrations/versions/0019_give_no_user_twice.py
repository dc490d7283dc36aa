"""Give no id of a user twice on SQLite either: ghosts of an import that is taken back are deleted.

What the log and others keep of an id that is gone must never mean somebody new.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0018 to 0019."""
    _rebuild(autoincrement=True)


def downgrade() -> None:
    """Go back."""
    _rebuild(autoincrement=False)


def _rebuild(*, autoincrement: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    with op.batch_alter_table(
        "user", recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}
    ):
        pass
