"""Make the table of front pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.api.data import JSONType, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go from nothing to 0001."""
    op.create_table(
        "chapters_front_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=4_000), nullable=False),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("blocks", JSONType, nullable=False),
        sa.Column("announcements_id", sa.Integer(), nullable=True),
        sa.Column("imprint", sa.String(length=20_000), nullable=False),
        sa.Column("imprint_html", sa.Text(), nullable=False),
        sa.Column("privacy", sa.String(length=20_000), nullable=False),
        sa.Column("privacy_html", sa.Text(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcements_id"],
            ["area.id"],
            name=op.f("fk_chapters_front_page_announcements_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
            name=op.f("fk_chapters_front_page_area_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chapters_front_page")),
        sa.UniqueConstraint("area_id", name=op.f("uq_chapters_front_page_area_id")),
    )
    for column in ("announcements_id", "area_id"):
        op.create_index(
            op.f(f"ix_chapters_front_page_{column}"), "chapters_front_page", [column], unique=False
        )


def downgrade() -> None:
    """Go back."""
    op.drop_table("chapters_front_page")
