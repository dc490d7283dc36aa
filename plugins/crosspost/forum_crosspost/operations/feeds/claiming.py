"""Who fetches what: leases on feeds, one per host, that end by themselves when a worker dies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forum.api.data import now, unit, unscoped
from forum_crosspost.feeds.pacing import MOST as MOST_WAIT
from forum_crosspost.models import Feed
from forum_crosspost.operations.statements import as_rows

LEASE: Final = timedelta(minutes=15)
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Claimed:
    """A feed to be fetched by who holds it; `lease_until` tells that it is still the same one."""

    source_id: int
    area_id: int
    url: str
    ids: str
    etag: str
    last_modified: str
    moved_to: str
    moved_times: int
    every: int
    fails: int
    added_by_id: int | None
    succeeded_at: datetime | None
    lease_until: datetime


COLUMNS: Final = tuple(getattr(Feed, name) for name in Claimed.__slots__)


def claim_due(area_ids: Sequence[int], *, most: int = MOST) -> list[Claimed]:
    """Take feeds of these areas that are due, one per host, and hold them for a while.

    Others skip what is held (PostgreSQL by SKIP LOCKED, SQLite has one writer at a time).
    Cost: two statements.
    """
    areas = [str(area_id) for area_id in area_ids]
    try:
        with unit(), unscoped("crosspost: feeds are fetched for nobody") as session:
            _free_expired(session)
            first = _first_due(session, areas, now(), most)
            return _hold(session, Feed.source_id.in_(first))
    except IntegrityError:
        # Somebody took another feed of the same host in between: next time.
        return []


def claim_one(source_id: int) -> Claimed | None:
    """Take one feed whether it is due or not; None when somebody fetches from its host now.

    Cost: two statements.
    """
    try:
        with unit(), unscoped("crosspost: feeds are fetched for nobody") as session:
            _free_expired(session)
            held = _hold(session, Feed.source_id == source_id, Feed.state == "on")
            return held[0] if held else None
    except IntegrityError:
        return None


def note(session: Session, visits: Sequence[tuple[Claimed, dict[str, Any]]]) -> None:
    """Store how visits went, those of one kind in one statement, and give the feeds back.

    What somebody else holds by now is left to them: our lease was over.
    """
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for feed, values in visits:
        told = {**values, "lease_until": None, "held": feed.source_id, "until": feed.lease_until}
        kinds.setdefault(tuple(sorted(told)), []).append(told)
    for names, rows in kinds.items():
        mine = sa.update(Feed).where(Feed.source_id == sa.bindparam("held"))
        mine = mine.where(Feed.lease_until == sa.bindparam("until"))
        columns = [name for name in names if name not in ("held", "until")]
        statement = mine.values({name: sa.bindparam(name) for name in columns})
        # By condition, not by key: what is gone or held by others is no row of ours.
        session.execute(statement, rows, execution_options={"dml_strategy": "core_only"})


def _free_expired(session: Session) -> None:
    """Free what nobody holds any more; what ends too late was held before the clock went back."""
    over = sa.or_(Feed.lease_until < now(), Feed.lease_until > now() + LEASE)
    freed = sa.update(Feed).where(over).values(lease_until=None)
    session.execute(freed.execution_options(synchronize_session=False))


def _first_due(
    session: Session, areas: Sequence[str], moment: datetime, most: int
) -> sa.Select[Any]:
    """Of each host take the feed that has waited longest, unless one of its feeds is held."""
    rows = as_rows(session, areas).subquery()
    due = sa.and_(
        Feed.state == "on",
        Feed.lease_until.is_(None),
        # Nobody is told to wait longer: the clock was ahead when that was written.
        sa.or_(Feed.next_poll_at <= moment, Feed.next_poll_at > moment + MOST_WAIT),
        Feed.area_id.in_(sa.select(sa.cast(rows.c.value, sa.Integer))),
    )
    busy = sa.select(Feed.host).where(Feed.lease_until.is_not(None))
    place = sa.func.row_number().over(
        partition_by=Feed.host, order_by=(Feed.next_poll_at, Feed.source_id)
    )
    ranked = (
        sa.select(Feed.source_id, Feed.next_poll_at, place.label("place"))
        .where(due, Feed.host.not_in(busy))
        .subquery()
    )
    return (
        sa.select(Feed.source_id)
        .join(ranked, ranked.c.source_id == Feed.source_id)
        .where(ranked.c.place == 1, Feed.lease_until.is_(None))
        .order_by(Feed.next_poll_at, Feed.source_id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Feed)
    )


def _hold(session: Session, *conditions: Any) -> list[Claimed]:
    rows = session.execute(
        sa.update(Feed)
        .where(*conditions, Feed.lease_until.is_(None))
        .values(lease_until=now() + LEASE)
        .returning(*COLUMNS)
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in rows), key=lambda one: one.source_id)
