"""Make room for notifications of plugins: longer kinds, keys instead of events, values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import JSONType

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LONG = sa.String(length=80)
_SHORT = sa.String(length=20)
_INDEX = "uq_notification_user_id_post_id"
_ABOUT_POST = sa.text("kind in ('mention', 'reply', 'quote', 'followed')")


def _make_index() -> None:
    """Its condition is written down with the type of the column: it is made anew with it."""
    op.create_index(
        _INDEX,
        "notification",
        ["user_id", "post_id"],
        unique=True,
        sqlite_where=_ABOUT_POST,
        postgresql_where=_ABOUT_POST,
    )


def upgrade() -> None:
    """Go from 0012 to 0013."""
    op.drop_index(_INDEX, table_name="notification")
    with op.batch_alter_table("notification") as table:
        table.alter_column("kind", existing_type=_SHORT, type_=_LONG, existing_nullable=False)
        table.alter_column("event_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(
            sa.Column("plugin", sa.String(length=40), server_default="", nullable=False)
        )
        table.add_column(sa.Column("key", sa.String(length=80), nullable=True))
        table.add_column(
            sa.Column("values", JSONType, server_default=sa.text("'{}'"), nullable=False)
        )
        table.create_unique_constraint(
            op.f("uq_notification_user_id_kind_key"), ["user_id", "kind", "key"]
        )
    _make_index()
    with op.batch_alter_table("notification_preference") as table:
        table.alter_column("kind", existing_type=_SHORT, type_=_LONG, existing_nullable=False)


def downgrade() -> None:
    """Go back; what plugins told and what members chose about it is gone."""
    told = sa.table("notification", sa.column("event_id", sa.BigInteger))
    chosen = sa.table("notification_preference", sa.column("kind", sa.String))
    op.execute(sa.delete(told).where(told.c.event_id.is_(None)))
    op.execute(sa.delete(chosen).where(chosen.c.kind.contains(".")))
    with op.batch_alter_table("notification_preference") as table:
        table.alter_column("kind", existing_type=_LONG, type_=_SHORT, existing_nullable=False)
    op.drop_index(_INDEX, table_name="notification")
    with op.batch_alter_table("notification") as table:
        table.drop_constraint(op.f("uq_notification_user_id_kind_key"), type_="unique")
        table.drop_column("values")
        table.drop_column("key")
        table.drop_column("plugin")
        table.alter_column("event_id", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("kind", existing_type=_LONG, type_=_SHORT, existing_nullable=False)
    _make_index()
