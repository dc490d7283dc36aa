"""Make topics, posts and reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import BigId, JSONType, UTCDateTime, sortable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0003 to 0004."""
    op.create_table(
        "area_read",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("before", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_read_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_area_read_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_read")),
        sa.UniqueConstraint("user_id", "area_id", name=op.f("uq_area_read_user_id_area_id")),
    )
    op.create_index(op.f("ix_area_read_area_id"), "area_read", ["area_id"], unique=False)
    op.create_index(op.f("ix_area_read_user_id"), "area_read", ["user_id"], unique=False)

    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("excerpt", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_post_at", UTCDateTime(), nullable=False),
        sa.Column("last_author_id", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("people", JSONType, nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rank_at", UTCDateTime(), nullable=False),
        sa.Column("pinned_at", UTCDateTime(), nullable=True),
        sa.Column("locked_at", UTCDateTime(), nullable=True),
        sa.Column("hidden_at", UTCDateTime(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_topic_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_topic_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["last_author_id"],
            ["user.id"],
            name=op.f("fk_topic_last_author_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index(op.f("ix_topic_area_id"), "topic", ["area_id"], unique=False)
    op.create_index(
        "ix_topic_area_id_created_at", "topic", ["area_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_topic_area_id_last_post_at", "topic", ["area_id", "last_post_at", "id"], unique=False
    )
    op.create_index("ix_topic_area_id_rank_at", "topic", ["area_id", "rank_at", "id"], unique=False)
    op.create_index(
        "ix_topic_area_id_reply_count", "topic", ["area_id", "reply_count", "id"], unique=False
    )
    op.create_index("ix_topic_author_id", "topic", ["author_id"], unique=False)
    op.create_index("ix_topic_last_post_at", "topic", ["last_post_at", "id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("parent_id", BigId, nullable=True),
        sa.Column("path", sortable(256), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("refs", JSONType, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("reactions", JSONType, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("hidden_at", UTCDateTime(), nullable=True),
        sa.Column("hidden_reason", sa.String(length=500), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_post_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["user.id"], name=op.f("fk_post_deleted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["post.id"], name=op.f("fk_post_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_post_topic_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("topic_id", "seq", name=op.f("uq_post_topic_id_seq")),
    )
    op.create_index(
        "ix_post_author_id_created_at", "post", ["author_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_post_parent_id"), "post", ["parent_id"], unique=False)
    op.create_index(op.f("ix_post_topic_id"), "post", ["topic_id"], unique=False)
    op.create_index("ix_post_topic_id_path_seq", "post", ["topic_id", "path", "seq"], unique=False)

    op.create_table(
        "read_state",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("ranges", JSONType, nullable=False),
        sa.Column("read_count", sa.Integer(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_read_state_topic_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_read_state_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_state")),
        sa.UniqueConstraint("user_id", "topic_id", name=op.f("uq_read_state_user_id_topic_id")),
    )
    op.create_index(op.f("ix_read_state_topic_id"), "read_state", ["topic_id"], unique=False)
    op.create_index(op.f("ix_read_state_user_id"), "read_state", ["user_id"], unique=False)

    op.create_table(
        "topic_follow",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level in ('follow','mute')", name=op.f("ck_topic_follow_level")),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_follow_topic_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_topic_follow_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_follow")),
        sa.UniqueConstraint("user_id", "topic_id", name=op.f("uq_topic_follow_user_id_topic_id")),
    )
    op.create_index(op.f("ix_topic_follow_topic_id"), "topic_follow", ["topic_id"], unique=False)
    op.create_index(op.f("ix_topic_follow_user_id"), "topic_follow", ["user_id"], unique=False)

    op.create_table(
        "post_reaction",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("post_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_reaction_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_post_reaction_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_reaction")),
        sa.UniqueConstraint(
            "post_id", "user_id", "kind", name=op.f("uq_post_reaction_post_id_user_id_kind")
        ),
    )
    op.create_index(op.f("ix_post_reaction_post_id"), "post_reaction", ["post_id"], unique=False)
    op.create_index(op.f("ix_post_reaction_user_id"), "post_reaction", ["user_id"], unique=False)

    op.create_table(
        "post_revision",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("post_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["user.id"], name=op.f("fk_post_revision_editor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_revision_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_revision")),
    )
    op.create_index(op.f("ix_post_revision_post_id"), "post_revision", ["post_id"], unique=False)


def downgrade() -> None:
    """Go back."""

    op.drop_table("post_revision")

    op.drop_table("post_reaction")

    op.drop_table("topic_follow")

    op.drop_table("read_state")

    op.drop_table("post")

    op.drop_table("topic")

    op.drop_table("area_read")
