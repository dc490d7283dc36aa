"""Undo runs and claim authors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import JSONType, UTCDateTime, sortable

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0002 to 0003."""
    op.create_table(
        "crosspost_before",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sortable(255), nullable=False),
        sa.Column("row", JSONType, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["crosspost_run.id"],
            name=op.f("fk_crosspost_before_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "kind", "key", name=op.f("pk_crosspost_before")),
    )
    with op.batch_alter_table("crosspost_run") as table:
        table.add_column(sa.Column("undone_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("crosspost_author") as table:
        table.add_column(sa.Column("first_run_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_crosspost_author_first_run_id"),
            "crosspost_run",
            ["first_run_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index(op.f("ix_crosspost_author_first_run_id"), ["first_run_id"])
    with op.batch_alter_table("crosspost_origin") as table:
        table.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_crosspost_origin_author_id"),
            "crosspost_author",
            ["author_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index(op.f("ix_crosspost_origin_author_id"), ["author_id"])
    op.execute(_WHO)


# Of what stands already the writer is known by the ghost.
_WHO = """
UPDATE crosspost_origin SET author_id = (
    SELECT a.id FROM crosspost_author a JOIN post p ON p.author_id = a.ghost_id
    WHERE p.id = crosspost_origin.post_id AND a.source_id = crosspost_origin.source_id
)
"""


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("crosspost_origin") as table:
        table.drop_index(op.f("ix_crosspost_origin_author_id"))
        table.drop_constraint(op.f("fk_crosspost_origin_author_id"), type_="foreignkey")
        table.drop_column("author_id")
    with op.batch_alter_table("crosspost_author") as table:
        table.drop_index(op.f("ix_crosspost_author_first_run_id"))
        table.drop_constraint(op.f("fk_crosspost_author_first_run_id"), type_="foreignkey")
        table.drop_column("first_run_id")
    with op.batch_alter_table("crosspost_run") as table:
        table.drop_column("undone_at")
    op.drop_table("crosspost_before")
