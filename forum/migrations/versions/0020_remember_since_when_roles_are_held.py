"""Remember since when somebody holds a role: `starts_at` is since when they belong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.core.database import JSONType, UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ROLES = ("editor", "moderator", "admin")


def upgrade() -> None:
    """Go from 0019 to 0020: a role dates from its last change in the log, else from joining."""
    for role in _ROLES:
        op.add_column("area_grant", sa.Column(f"{role}_since", UTCDateTime(), nullable=True))
    columns = ["role", "starts_at", "area_id", "user_id", *(f"{role}_since" for role in _ROLES)]
    grant = sa.table("area_grant", *(sa.column(name) for name in columns))
    event = sa.table(
        "event",
        sa.column("name", sa.String),
        sa.column("area_id", sa.Integer),
        sa.column("at", UTCDateTime),
        sa.column("payload", JSONType),
    )
    changed = (
        sa.select(sa.func.max(event.c.at))
        .where(
            event.c.name == "areas.role_changed",
            event.c.area_id == grant.c.area_id,
            event.c.payload["user_id"].as_integer() == grant.c.user_id,
        )
        .scalar_subquery()
    )
    for place, role in enumerate(_ROLES):
        held = grant.c.role.in_(_ROLES[place:])
        since = sa.func.coalesce(changed, grant.c.starts_at)
        op.execute(sa.update(grant).where(held).values({f"{role}_since": since}))


def downgrade() -> None:
    """Go back; since when roles are held is forgotten."""
    with op.batch_alter_table("area_grant") as table:
        for role in _ROLES:
            table.drop_column(f"{role}_since")
