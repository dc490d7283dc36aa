"""Give no id of a poll or an option twice, on SQLite as on PostgreSQL: links in mails keep them."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES: Final = ("polls_poll", "polls_option")


def upgrade() -> None:
    """Go from 0002 to 0003."""
    _rebuild(autoincrement=True)


def downgrade() -> None:
    """Go back."""
    _rebuild(autoincrement=False)


def _rebuild(*, autoincrement: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _TABLES:
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}
        ):
            pass
