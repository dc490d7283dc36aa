"""Make the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from nothing to 0001."""
    op.create_table(
        "polls_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("min_choices", sa.Integer(), nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=True),
        sa.Column("own_answers", sa.String(length=8), nullable=False),
        sa.Column("results", sa.String(length=12), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("reopened_at", UTCDateTime(), nullable=True),
        sa.Column("post_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_polls_poll_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls_poll")),
        sa.UniqueConstraint("post_id", "name", name=op.f("uq_polls_poll_post_id_name")),
    )
    op.create_index(op.f("ix_polls_poll_post_id"), "polls_poll", ["post_id"], unique=False)
    op.create_table(
        "polls_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("fold", sa.String(length=480), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("post_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_polls_option_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls_poll.id"], name=op.f("fk_polls_option_poll_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_polls_option_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls_option")),
        sa.UniqueConstraint("poll_id", "fold", name=op.f("uq_polls_option_poll_id_fold")),
    )
    op.create_index(op.f("ix_polls_option_author_id"), "polls_option", ["author_id"], unique=False)
    op.create_index(op.f("ix_polls_option_post_id"), "polls_option", ["post_id"], unique=False)
    op.create_table(
        "polls_turnout",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["polls_poll.id"],
            name=op.f("fk_polls_turnout_poll_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_polls_turnout_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_polls_turnout")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_polls_turnout_user_id"), "polls_turnout", ["user_id"], unique=False)
    op.create_table(
        "polls_vote",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("cast_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls_poll.id"], name=op.f("fk_polls_vote_poll_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_polls_vote_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls_vote")),
    )
    op.create_index("ix_polls_vote_poll_id", "polls_vote", ["poll_id"], unique=False)
    op.create_index(op.f("ix_polls_vote_user_id"), "polls_vote", ["user_id"], unique=False)
    op.create_index(
        "uq_polls_vote_in_force",
        "polls_vote",
        ["poll_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "polls_vote_choice",
        sa.Column("vote_id", BigId, nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["polls_option.id"],
            name=op.f("fk_polls_vote_choice_option_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_polls_vote_choice_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["polls_vote.id"],
            name=op.f("fk_polls_vote_choice_vote_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vote_id", "option_id", name=op.f("pk_polls_vote_choice")),
    )
    op.create_index(
        op.f("ix_polls_vote_choice_option_id"), "polls_vote_choice", ["option_id"], unique=False
    )
    op.create_index(
        op.f("ix_polls_vote_choice_user_id"), "polls_vote_choice", ["user_id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_polls_vote_choice_user_id"), table_name="polls_vote_choice")
    op.drop_index(op.f("ix_polls_vote_choice_option_id"), table_name="polls_vote_choice")
    op.drop_table("polls_vote_choice")
    op.drop_index(
        "uq_polls_vote_in_force",
        table_name="polls_vote",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_polls_vote_user_id"), table_name="polls_vote")
    op.drop_index("ix_polls_vote_poll_id", table_name="polls_vote")
    op.drop_table("polls_vote")
    op.drop_index(op.f("ix_polls_turnout_user_id"), table_name="polls_turnout")
    op.drop_table("polls_turnout")
    op.drop_index(op.f("ix_polls_option_post_id"), table_name="polls_option")
    op.drop_index(op.f("ix_polls_option_author_id"), table_name="polls_option")
    op.drop_table("polls_option")
    op.drop_index(op.f("ix_polls_poll_post_id"), table_name="polls_poll")
    op.drop_table("polls_poll")
