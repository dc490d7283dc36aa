"""Make the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, JSONType, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from nothing to 0001."""
    op.create_table(
        "digest_pref",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("freq", sa.String(length=8), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("areas", JSONType, nullable=False),
        sa.Column("paused_until", UTCDateTime(), nullable=True),
        sa.Column("next_due_at", UTCDateTime(), nullable=True),
        sa.Column("next_key", sa.String(length=12), nullable=False),
        sa.Column("mark", UTCDateTime(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "freq in ('off','daily','weekly','monthly')", name=op.f("ck_digest_pref_freq")
        ),
        sa.CheckConstraint("channel in ('mail','portal')", name=op.f("ck_digest_pref_channel")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_digest_pref_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_pref")),
        sa.UniqueConstraint("user_id", name=op.f("uq_digest_pref_user_id")),
    )
    op.create_index(op.f("ix_digest_pref_user_id"), "digest_pref", ["user_id"])
    op.create_index("ix_digest_pref_next_due_at", "digest_pref", ["next_due_at"])
    op.create_table(
        "digest_issue",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("period_key", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("from_mark", UTCDateTime(), nullable=False),
        sa.Column("to_mark", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('planned','composed','sent','skipped')", name=op.f("ck_digest_issue_state")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_digest_issue_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_issue")),
        sa.UniqueConstraint(
            "user_id",
            "channel",
            "period_key",
            name=op.f("uq_digest_issue_user_id_channel_period_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_digest_issue_user_id"), "digest_issue", ["user_id"])
    op.create_index("ix_digest_issue_state", "digest_issue", ["state", "id"])
    op.create_table(
        "digest_sent_item",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", BigId, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_digest_sent_item_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["digest_issue.id"],
            name=op.f("fk_digest_sent_item_issue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_digest_sent_item_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_digest_sent_item_topic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_sent_item")),
        sa.UniqueConstraint("issue_id", "key", name=op.f("uq_digest_sent_item_issue_id_key")),
    )
    op.create_index(op.f("ix_digest_sent_item_user_id"), "digest_sent_item", ["user_id"])
    op.create_index(op.f("ix_digest_sent_item_area_id"), "digest_sent_item", ["area_id"])
    op.create_index(op.f("ix_digest_sent_item_topic_id"), "digest_sent_item", ["topic_id"])
    op.create_table(
        "digest_suppression",
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_digest_suppression")),
    )


def downgrade() -> None:
    """Go back to nothing."""
    op.drop_table("digest_suppression")
    op.drop_table("digest_sent_item")
    op.drop_table("digest_issue")
    op.drop_table("digest_pref")
