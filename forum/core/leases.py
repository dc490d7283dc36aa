"""Leases: rows that let one of many workers do a thing that must not be done twice at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.database import Model, UTCDateTime, db
from forum.core.processes import is_gone


class Lease(Model):
    """Who does what until when; a holder that was killed is found out by time, or by its name."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(160))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


def take_lease(name: str, holder: str, *, span: timedelta) -> bool:
    """Take or extend the lease `name` for `holder`; False when another one has it.

    Cost: at most two statements, in the caller's write unit.
    """
    session = db.session()
    now = clock.now()
    found = session.execute(sa.select(Lease.holder).where(Lease.name == name)).scalar()
    gone = found is not None and is_gone(found)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    free = sa.or_(Lease.holder == holder, Lease.until < now)
    if gone:
        free = sa.or_(free, Lease.holder == found)
    taken = session.execute(
        insert(Lease)
        .values(name=name, holder=holder, until=now + span)
        .on_conflict_do_update(
            index_elements=[Lease.name],
            set_={"holder": holder, "until": now + span},
            where=free,
        )
        .returning(Lease.name)
    ).first()
    return taken is not None


def drop_lease(name: str, holder: str) -> None:
    """Give the lease back before its time."""
    db.session.execute(sa.delete(Lease).where(Lease.name == name, Lease.holder == holder))
