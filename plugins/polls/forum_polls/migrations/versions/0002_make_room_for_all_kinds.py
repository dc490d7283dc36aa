"""Make room for all kinds: secret polls, terms, voters, surveys, states of options, marks.

What was there stays as it is: named polls of the area's members, every option shown, every mark 1.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, JSONType, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0001 to 0002."""
    with op.batch_alter_table("polls_poll") as table:
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("secret", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("terms", JSONType, nullable=True))
        table.add_column(
            sa.Column("voters_rule", sa.String(length=8), server_default="area", nullable=False)
        )
        table.add_column(sa.Column("voters_area_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("voters_role", sa.String(length=10), server_default="member", nullable=False)
        )
        table.add_column(sa.Column("count", JSONType, nullable=True))
        table.add_column(sa.Column("entitled", sa.Integer(), nullable=True))
        table.add_column(sa.Column("seal", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("reminded_at", UTCDateTime(), nullable=True))
        table.create_foreign_key(
            op.f("fk_polls_poll_parent_id"), "polls_poll", ["parent_id"], ["id"], ondelete="CASCADE"
        )
        table.create_foreign_key(
            op.f("fk_polls_poll_voters_area_id"),
            "area",
            ["voters_area_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index(op.f("ix_polls_poll_parent_id"), "polls_poll", ["parent_id"])
    op.create_index(op.f("ix_polls_poll_voters_area_id"), "polls_poll", ["voters_area_id"])
    op.create_index("ix_polls_poll_ends_at", "polls_poll", ["ends_at"])
    with op.batch_alter_table("polls_option") as table:
        table.add_column(
            sa.Column("state", sa.String(length=8), server_default="shown", nullable=False)
        )
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("maybes", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        table.add_column(sa.Column("starts_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_polls_option_merged_into_id"),
            "polls_option",
            ["merged_into_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index(op.f("ix_polls_option_merged_into_id"), "polls_option", ["merged_into_id"])
    with op.batch_alter_table("polls_vote_choice") as table:
        table.add_column(
            sa.Column("mark", sa.SmallInteger(), server_default=sa.text("1"), nullable=False)
        )
    op.create_table(
        "polls_sheet",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("content", JSONType, nullable=False),
        sa.Column("post_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls_poll.id"], name=op.f("fk_polls_sheet_poll_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_polls_sheet_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls_sheet")),
    )
    op.create_index(op.f("ix_polls_sheet_poll_id"), "polls_sheet", ["poll_id"])
    op.create_index(op.f("ix_polls_sheet_post_id"), "polls_sheet", ["post_id"])


def downgrade() -> None:
    """Go back; secret ballots and the questions of surveys do not survive it."""
    op.drop_index(op.f("ix_polls_sheet_post_id"), table_name="polls_sheet")
    op.drop_index(op.f("ix_polls_sheet_poll_id"), table_name="polls_sheet")
    op.drop_table("polls_sheet")
    with op.batch_alter_table("polls_vote_choice") as table:
        table.drop_column("mark")
    op.drop_index(op.f("ix_polls_option_merged_into_id"), table_name="polls_option")
    with op.batch_alter_table("polls_option") as table:
        table.drop_constraint(op.f("fk_polls_option_merged_into_id"), type_="foreignkey")
        for name in ("minutes", "starts_at", "maybes", "merged_into_id", "state"):
            table.drop_column(name)
    op.drop_index("ix_polls_poll_ends_at", table_name="polls_poll")
    op.drop_index(op.f("ix_polls_poll_voters_area_id"), table_name="polls_poll")
    op.drop_index(op.f("ix_polls_poll_parent_id"), table_name="polls_poll")
    with op.batch_alter_table("polls_poll") as table:
        table.drop_constraint(op.f("fk_polls_poll_voters_area_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_polls_poll_parent_id"), type_="foreignkey")
        for name in (
            "reminded_at",
            "seal",
            "entitled",
            "count",
            "voters_role",
            "voters_area_id",
            "voters_rule",
            "terms",
            "secret",
            "parent_id",
        ):
            table.drop_column(name)
