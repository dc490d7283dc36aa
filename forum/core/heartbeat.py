"""Signs of life: every process beats into a row, `/readyz` and `forum check` read how old it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.database import Model, UTCDateTime, db
from forum.core.processes import process_name

EVERY: Final = timedelta(seconds=5)
STALE: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=1)


class Heartbeat(Model):
    """The last sign of life of one process."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20), index=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def beat(role: str) -> None:
    """Write that this process lives, and forget processes that have not for a day."""
    session = db.session()
    now = clock.now()
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    session.execute(
        insert(Heartbeat)
        .values(process=process_name(), role=role, started_at=now, at=now)
        .on_conflict_do_update(index_elements=[Heartbeat.process], set_={"at": now, "role": role})
    )
    session.execute(sa.delete(Heartbeat).where(Heartbeat.at < now - KEPT))


def stop_beating() -> None:
    """Remove this process's row: it ends in order."""
    db.session.execute(sa.delete(Heartbeat).where(Heartbeat.process == process_name()))


def find_age(role: str) -> timedelta | None:
    """Return how long ago the liveliest process of `role` gave a sign, None when there is none."""
    last = db.session.execute(
        sa.select(sa.func.max(Heartbeat.at)).where(Heartbeat.role == role)
    ).scalar()
    return None if last is None else clock.now() - last
