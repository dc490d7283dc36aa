"""Make the area tree and membership."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import JSONType, UTCDateTime, sortable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from 0001 to 0002."""
    op.create_table(
        "area_plugin_policy",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("default", sa.Boolean(), nullable=False),
        sa.Column("restricts", sa.String(length=10), nullable=False),
        sa.Column("requires", JSONType, nullable=False),
        sa.Column("site_only", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_area_plugin_policy")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sortable(400), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("effective", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("casual", sa.Boolean(), nullable=False),
        sa.Column("joining", sa.String(length=8), nullable=False),
        sa.Column("topics_by", sa.String(length=8), nullable=False),
        sa.Column("replies_by", sa.String(length=8), nullable=False),
        sa.Column("flow", JSONType, nullable=False),
        sa.Column("above", JSONType, nullable=False),
        sa.Column("plugins", JSONType, nullable=False),
        sa.Column("closed", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("own_theme", sa.String(length=40), nullable=False),
        sa.Column("own_accent", sa.String(length=6), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("accent", sa.String(length=6), nullable=False),
        sa.Column("tokens", JSONType, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("topic_count", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("last_post_at", UTCDateTime(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "joining in ('open','apply','invite','rule','none')", name=op.f("ck_area_joining")
        ),
        sa.CheckConstraint(
            "kind in ('federation','region','committee','topic','role','adhoc')",
            name=op.f("ck_area_kind"),
        ),
        sa.CheckConstraint(
            "replies_by in ('members','site','editors')", name=op.f("ck_area_replies_by")
        ),
        sa.CheckConstraint(
            "topics_by in ('members','site','editors')", name=op.f("ck_area_topics_by")
        ),
        sa.CheckConstraint(
            "visibility in ('public','members','listed','hidden')", name=op.f("ck_area_visibility")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_area_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["area.id"], name=op.f("fk_area_parent_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("slug", name=op.f("uq_area_slug")),
    )
    op.create_index("ix_area_ends_at", "area", ["ends_at"], unique=False)
    op.create_index(
        "ix_area_everyone",
        "area",
        ["id"],
        unique=False,
        sqlite_where=sa.text("everyone"),
        postgresql_where=sa.text("everyone"),
    )
    op.create_index(op.f("ix_area_parent_id"), "area", ["parent_id"], unique=False)
    op.create_index(op.f("ix_area_path"), "area", ["path"], unique=False)
    op.create_index(
        "uq_area_root",
        "area",
        ["depth"],
        unique=True,
        sqlite_where=sa.text("parent_id is null"),
        postgresql_where=sa.text("parent_id is null"),
    )

    op.create_table(
        "area_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_application_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user.id"],
            name=op.f("fk_area_application_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_area_application_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_application")),
    )
    op.create_index(
        op.f("ix_area_application_area_id"), "area_application", ["area_id"], unique=False
    )
    op.create_index(
        op.f("ix_area_application_user_id"), "area_application", ["user_id"], unique=False
    )
    op.create_index(
        "uq_area_application_pending",
        "area_application",
        ["area_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "area_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("deputy_for_id", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role in ('member','editor','moderator','admin')", name=op.f("ck_area_grant_role")
        ),
        sa.CheckConstraint(
            "title in ('','chair','deputy','office')", name=op.f("ck_area_grant_title")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_grant_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deputy_for_id"],
            ["user.id"],
            name=op.f("fk_area_grant_deputy_for_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["user.id"],
            name=op.f("fk_area_grant_granted_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_area_grant_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_grant")),
        sa.UniqueConstraint(
            "area_id", "user_id", "source", name=op.f("uq_area_grant_area_id_user_id_source")
        ),
    )
    op.create_index("ix_area_grant_ends_at", "area_grant", ["ends_at"], unique=False)
    op.create_index(
        "ix_area_grant_user_id_area_id", "area_grant", ["user_id", "area_id"], unique=False
    )

    op.create_table(
        "area_host",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_host_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_area_host")),
    )
    op.create_index(op.f("ix_area_host_area_id"), "area_host", ["area_id"], unique=False)

    op.create_table(
        "area_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_invitation_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user.id"],
            name=op.f("fk_area_invitation_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_area_invitation_token_hash")),
    )
    op.create_index(
        op.f("ix_area_invitation_area_id"), "area_invitation", ["area_id"], unique=False
    )

    op.create_table(
        "area_plugin_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("values", JSONType, nullable=False),
        sa.Column("locked", JSONType, nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_area_plugin_settings_area_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user.id"],
            name=op.f("fk_area_plugin_settings_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_plugin_settings")),
        sa.UniqueConstraint(
            "area_id", "plugin", name=op.f("uq_area_plugin_settings_area_id_plugin")
        ),
    )
    op.create_index(
        op.f("ix_area_plugin_settings_area_id"), "area_plugin_settings", ["area_id"], unique=False
    )

    op.create_table(
        "area_plugin_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('on','off','forced','forbidden')", name=op.f("ck_area_plugin_state_state")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_plugin_state_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user.id"],
            name=op.f("fk_area_plugin_state_changed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_plugin_state")),
        sa.UniqueConstraint("area_id", "plugin", name=op.f("uq_area_plugin_state_area_id_plugin")),
    )
    op.create_index(
        op.f("ix_area_plugin_state_area_id"), "area_plugin_state", ["area_id"], unique=False
    )

    op.create_table(
        "area_reader",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("principal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reads", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_reader_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("area_id", "principal", name=op.f("pk_area_reader")),
    )
    op.create_index(op.f("ix_area_reader_principal"), "area_reader", ["principal"], unique=False)

    op.create_table(
        "area_slug",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_slug_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_area_slug")),
    )
    op.create_index(op.f("ix_area_slug_area_id"), "area_slug", ["area_id"], unique=False)


def downgrade() -> None:
    """Go back."""

    op.drop_table("area_slug")

    op.drop_table("area_reader")

    op.drop_table("area_plugin_state")

    op.drop_table("area_plugin_settings")

    op.drop_table("area_invitation")

    op.drop_table("area_host")

    op.drop_table("area_grant")

    op.drop_table("area_application")

    op.drop_table("area")
    op.drop_table("area_plugin_policy")
