"""The audit log: who did what to whom and why, written in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock, limits
from forum.core.database import BigId, JSONType, Model, UTCDateTime, db, unscoped
from forum.core.stamps import stamp_pages
from forum.core.wall import bind_model, may_discover


class AuditEntry(Model):
    """One action. Entries about an area are shown to those who may discover it and act there."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    area_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="SET NULL"), index=True
    )
    action: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)


bind_model(AuditEntry, lambda cls: may_discover(cls.area_id))


def record(
    action: str,
    actor_id: int | None,
    *,
    area_id: int | None = None,
    subject: str = "",
    reason: str = "",
    **details: Any,
) -> None:
    """Write one entry; `action` is `<feature>.<verb>`, `subject` like `post:12`."""
    stamp_pages()
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor_id,
            area_id=area_id,
            action=action,
            subject=subject,
            reason=reason,
            details=details,
        )
    )


def forget_reasons(user_id: int) -> int:
    """Empty what somebody gave as reasons, and what was given about them; return how many.

    Who did what, when and to which thing stays, by its id.
    """
    about = sa.or_(AuditEntry.actor_id == user_id, AuditEntry.subject == f"user:{user_id}")
    with unscoped("audit: an erasure reaches every area") as session:
        result: Any = session.execute(
            sa.update(AuditEntry)
            .where(about, AuditEntry.reason != "")
            .values(reason="")
            .execution_options(synchronize_session=False)
        )
    return int(result.rowcount)


def list_entries_of(user_id: int) -> list[dict[str, Any]]:
    """Return what somebody did and what was done about them, for the export of their data.

    Of others neither who it was nor what they wrote.
    Cost: one statement.
    """
    own = AuditEntry.actor_id == user_id
    columns = (
        AuditEntry.at,
        AuditEntry.action,
        AuditEntry.subject,
        own.label("own"),
        sa.case((own, AuditEntry.reason), else_="").label("reason"),
    )
    about = sa.or_(own, AuditEntry.subject == f"user:{user_id}")
    with unscoped("audit: own entries are handed over from areas one has left too") as session:
        found = session.execute(sa.select(*columns).where(about).order_by(AuditEntry.id))
        return [dict(row) for row in found.mappings()]


def move_entries(source_id: int, target_id: int) -> int:
    """Let what one person did, and what was done about them, speak of another; return how many."""
    moves = (
        (AuditEntry.actor_id == source_id, {"actor_id": target_id}),
        (AuditEntry.subject == f"user:{source_id}", {"subject": f"user:{target_id}"}),
    )
    moved = 0
    with unscoped("audit: a merge reaches every area") as session:
        for condition, values in moves:
            result: Any = session.execute(
                sa.update(AuditEntry)
                .where(condition)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            moved += int(result.rowcount)
    return moved
