"""Make the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import BigId, JSONType, UTCDateTime, sortable

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from nothing to 0001."""
    op.create_table(
        "crosspost_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("cfg", JSONType, nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("basis_at", UTCDateTime(), nullable=True),
        sa.Column("basis_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "policy in ('link','result','pseudonymous','named')",
            name=op.f("ck_crosspost_source_policy"),
        ),
        sa.CheckConstraint("state in ('on','paused')", name=op.f("ck_crosspost_source_state")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_crosspost_source_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["basis_by_id"],
            ["user.id"],
            name=op.f("fk_crosspost_source_basis_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosspost_source")),
        sa.UniqueConstraint(
            "area_id", "kind", "key", name=op.f("uq_crosspost_source_area_id_kind_key")
        ),
    )
    op.create_index(
        op.f("ix_crosspost_source_area_id"), "crosspost_source", ["area_id"], unique=False
    )
    op.create_table(
        "crosspost_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("ext_id", sa.String(length=64), nullable=False),
        sa.Column("display", sa.String(length=80), nullable=False),
        sa.Column("addr_hmac", sa.String(length=64), nullable=True),
        sa.Column("ghost_id", sa.Integer(), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claim_proof", sa.String(length=20), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"],
            ["user.id"],
            name=op.f("fk_crosspost_author_claimed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ghost_id"], ["user.id"], name=op.f("fk_crosspost_author_ghost_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_author_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosspost_author")),
        sa.UniqueConstraint(
            "source_id", "ext_id", name=op.f("uq_crosspost_author_source_id_ext_id")
        ),
    )
    op.create_index(
        "ix_crosspost_author_addr_hmac", "crosspost_author", ["addr_hmac"], unique=False
    )
    op.create_index(
        op.f("ix_crosspost_author_claimed_by_id"),
        "crosspost_author",
        ["claimed_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_crosspost_author_ghost_id"), "crosspost_author", ["ghost_id"], unique=False
    )
    op.create_table(
        "crosspost_edge",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("child_ext", sortable(255), nullable=False),
        sa.Column("parent_ext", sortable(255), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_ext", sortable(255), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_edge_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "child_ext", name=op.f("pk_crosspost_edge")),
    )
    op.create_index(
        "ix_crosspost_edge_source_id_parent_ext",
        "crosspost_edge",
        ["source_id", "parent_ext"],
        unique=False,
    )
    op.create_table(
        "crosspost_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("cursor", BigId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stats", JSONType, nullable=False),
        sa.Column("report", JSONType, nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('running','done','abandoned')", name=op.f("ck_crosspost_run_state")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_run_source_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"],
            ["user.id"],
            name=op.f("fk_crosspost_run_started_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosspost_run")),
    )
    op.create_index(
        "ix_crosspost_run_source_id_state", "crosspost_run", ["source_id", "state"], unique=False
    )
    op.create_table(
        "crosspost_map",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ext_id", sortable(255), nullable=False),
        sa.Column("local_id", BigId, nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("first_run_id", sa.Integer(), nullable=True),
        sa.Column("last_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_run_id"],
            ["crosspost_run.id"],
            name=op.f("fk_crosspost_map_first_run_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["last_run_id"],
            ["crosspost_run.id"],
            name=op.f("fk_crosspost_map_last_run_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_map_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "kind", "ext_id", name=op.f("pk_crosspost_map")),
    )
    op.create_index(
        op.f("ix_crosspost_map_first_run_id"), "crosspost_map", ["first_run_id"], unique=False
    )
    op.create_index(
        op.f("ix_crosspost_map_last_run_id"), "crosspost_map", ["last_run_id"], unique=False
    )
    op.create_index(
        "ix_crosspost_map_source_id_topic_id",
        "crosspost_map",
        ["source_id", "topic_id"],
        unique=False,
    )
    op.create_table(
        "crosspost_origin",
        sa.Column("post_id", BigId, autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_crosspost_origin_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["crosspost_source.id"],
            name=op.f("fk_crosspost_origin_source_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_crosspost_origin")),
    )
    op.create_index(
        op.f("ix_crosspost_origin_source_id"), "crosspost_origin", ["source_id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_crosspost_origin_source_id"), table_name="crosspost_origin")
    op.drop_table("crosspost_origin")
    op.drop_index("ix_crosspost_map_source_id_topic_id", table_name="crosspost_map")
    op.drop_index(op.f("ix_crosspost_map_last_run_id"), table_name="crosspost_map")
    op.drop_index(op.f("ix_crosspost_map_first_run_id"), table_name="crosspost_map")
    op.drop_table("crosspost_map")
    op.drop_index("ix_crosspost_run_source_id_state", table_name="crosspost_run")
    op.drop_table("crosspost_run")
    op.drop_index("ix_crosspost_edge_source_id_parent_ext", table_name="crosspost_edge")
    op.drop_table("crosspost_edge")
    op.drop_index(op.f("ix_crosspost_author_ghost_id"), table_name="crosspost_author")
    op.drop_index(op.f("ix_crosspost_author_claimed_by_id"), table_name="crosspost_author")
    op.drop_index("ix_crosspost_author_addr_hmac", table_name="crosspost_author")
    op.drop_table("crosspost_author")
    op.drop_index(op.f("ix_crosspost_source_area_id"), table_name="crosspost_source")
    op.drop_table("crosspost_source")
