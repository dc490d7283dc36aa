"""The audit log: who did what to whom and why, written in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock, limits
from forum.core.database import BigId, JSONType, Model, UTCDateTime, db
from forum.core.stamps import stamp_pages
from forum.core.wall import bind_model, may_discover


class AuditEntry(Model):
    """One action. Entries about an area are shown to those who may discover it and act there."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
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
