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
        "badges_issuer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_issuer")),
        sa.UniqueConstraint("base", name=op.f("uq_badges_issuer_base")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "badges_issuer_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(length=60), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issuer_id"],
            ["badges_issuer.id"],
            name=op.f("fk_badges_issuer_key_issuer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_issuer_key")),
    )
    op.create_index(
        op.f("ix_badges_issuer_key_issuer_id"), "badges_issuer_key", ["issuer_id"], unique=False
    )

    op.create_table(
        "badges_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("awards", JSONType, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_share_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_share")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_badges_share_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_badges_share_user_id"), "badges_share", ["user_id"], unique=False)

    op.create_table(
        "badges_status_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issuer_id"],
            ["badges_issuer.id"],
            name=op.f("fk_badges_status_list_issuer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_status_list")),
    )
    op.create_index(
        op.f("ix_badges_status_list_issuer_id"), "badges_status_list", ["issuer_id"], unique=False
    )

    op.create_table(
        "badges_achievement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_achievement_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_achievement")),
        sa.UniqueConstraint("uuid", name=op.f("uq_badges_achievement_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_badges_achievement_area_id"), "badges_achievement", ["area_id"], unique=False
    )

    op.create_table(
        "badges_event",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("event_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", BigId, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("fields", JSONType, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_event_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_event_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_event")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_badges_event_event_id_user_id")),
    )
    op.create_index(op.f("ix_badges_event_area_id"), "badges_event", ["area_id"], unique=False)
    op.create_index(
        "ix_badges_event_counted",
        "badges_event",
        ["name", "user_id", "at", "event_id", "area_id"],
        unique=False,
    )
    op.create_index(op.f("ix_badges_event_user_id"), "badges_event", ["user_id"], unique=False)

    op.create_table(
        "badges_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("held_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_session_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_badges_session_area_id"), "badges_session", ["area_id"], unique=False)

    op.create_table(
        "badges_attendance",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["badges_session.id"],
            name=op.f("fk_badges_attendance_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_attendance_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "user_id", name=op.f("pk_badges_attendance")),
    )
    op.create_index(
        op.f("ix_badges_attendance_user_id"), "badges_attendance", ["user_id"], unique=False
    )

    op.create_table(
        "badges_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("narrative", sa.String(length=2000), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["badges_achievement.id"],
            name=op.f("fk_badges_version_achievement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_version_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_version")),
        sa.UniqueConstraint(
            "achievement_id", "number", name=op.f("uq_badges_version_achievement_id_number")
        ),
    )
    op.create_index(op.f("ix_badges_version_area_id"), "badges_version", ["area_id"], unique=False)

    op.create_table(
        "badges_award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=40), server_default="", nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("event_at", UTCDateTime(), nullable=False),
        sa.Column("awarded_at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(length=8), server_default="private", nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=280), server_default="", nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["badges_achievement.id"],
            name=op.f("fk_badges_award_achievement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_badges_award_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_award_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_award_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["badges_version.id"],
            name=op.f("fk_badges_award_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_award")),
        sa.UniqueConstraint(
            "achievement_id",
            "user_id",
            "source_key",
            name=op.f("uq_badges_award_achievement_id_user_id_source_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_badges_award_actor_id"), "badges_award", ["actor_id"], unique=False)
    op.create_index(op.f("ix_badges_award_area_id"), "badges_award", ["area_id"], unique=False)
    op.create_index(op.f("ix_badges_award_user_id"), "badges_award", ["user_id"], unique=False)
    op.create_index(
        op.f("ix_badges_award_version_id"), "badges_award", ["version_id"], unique=False
    )

    op.create_table(
        "badges_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("required_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_badges_criterion_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["required_id"],
            ["badges_achievement.id"],
            name=op.f("fk_badges_criterion_required_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["badges_version.id"],
            name=op.f("fk_badges_criterion_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_criterion")),
    )
    op.create_index(
        op.f("ix_badges_criterion_area_id"), "badges_criterion", ["area_id"], unique=False
    )
    op.create_index(op.f("ix_badges_criterion_event"), "badges_criterion", ["event"], unique=False)
    op.create_index(
        op.f("ix_badges_criterion_required_id"), "badges_criterion", ["required_id"], unique=False
    )
    op.create_index(
        op.f("ix_badges_criterion_version_id"), "badges_criterion", ["version_id"], unique=False
    )

    op.create_table(
        "badges_counter",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["badges_criterion.id"],
            name=op.f("fk_badges_counter_criterion_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_counter_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("criterion_id", "user_id", name=op.f("pk_badges_counter")),
    )
    op.create_index(op.f("ix_badges_counter_user_id"), "badges_counter", ["user_id"], unique=False)

    op.create_table(
        "badges_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"],
            ["badges_award.id"],
            name=op.f("fk_badges_credential_award_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["badges_status_list.id"],
            name=op.f("fk_badges_credential_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_badges_credential_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges_credential")),
        sa.UniqueConstraint("award_id", name=op.f("uq_badges_credential_award_id")),
        sa.UniqueConstraint("list_id", "place", name=op.f("uq_badges_credential_list_id_place")),
    )
    op.create_index(
        op.f("ix_badges_credential_user_id"), "badges_credential", ["user_id"], unique=False
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("badges_credential")
    op.drop_table("badges_counter")
    op.drop_table("badges_criterion")
    op.drop_table("badges_award")
    op.drop_table("badges_version")
    op.drop_table("badges_attendance")
    op.drop_table("badges_session")
    op.drop_table("badges_event")
    op.drop_table("badges_achievement")
    op.drop_table("badges_status_list")
    op.drop_table("badges_share")
    op.drop_table("badges_issuer_key")
    op.drop_table("badges_issuer")
