"""The counter on the bell: always counted anew, under a lock on its member, never added up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.database import unscoped
from forum.notifications.models import Notification
from forum.notifications.settings import READ_KEPT, UNREAD_KEPT
from forum.notifications.visibility import shows_to_owner, with_content

BATCH: Final = 500
QUIET: Final = {"synchronize_session": False}

# The table belongs to accounts; the counter in it is kept here.
_user = sa.table(
    "user",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("unread_notifications", sa.Integer),
)
_unread: Final = (
    with_content(sa.select(sa.func.count()).select_from(Notification))
    .where(Notification.user_id == _user.c.id, Notification.read_at.is_(None), shows_to_owner())
    .correlate(_user)
    .scalar_subquery()
)


def lock_people(session: Session, ids: Collection[int]) -> list[int]:
    """Hold the rows of these members until the unit ends; return the active ones.

    Everybody who changes a counter locks first and counts in a later statement, which then sees
    what others have committed meanwhile. In the order of ids, so that two never wait in a circle.
    """
    rows = session.execute(
        sa.select(_user.c.id, _user.c.state)
        .where(_user.c.id.in_(sorted(ids)))
        .order_by(_user.c.id)
        .with_for_update(key_share=True)
    )
    return [row.id for row in rows if row.state == "active"]


def count_anew(session: Session, ids: Collection[int]) -> None:
    """Set the counters of these members, who are locked, to what they may see unread."""
    session.execute(
        sa.update(_user)
        .where(_user.c.id.in_(sorted(ids)))
        .values(unread_notifications=_unread)
        .execution_options(**QUIET)
    )


def recount_people(ids: Iterable[int]) -> None:
    """Bring the counters of these members in step with what they may see now.

    Cost: two statements per 500 members.
    """
    with unscoped("notifications: a counter counts for its owner, whoever acts") as session:
        _recount(session, ids)


def recount_about(*, topic_id: int | None = None, post_id: int | None = None) -> None:
    """Bring the counters in step after a topic or a post was moved, hidden, deleted or restored."""
    about = (
        Notification.topic_id == topic_id if post_id is None else Notification.post_id == post_id
    )
    with unscoped("notifications: who was told of what has changed is asked for all") as session:
        told = sa.select(Notification.user_id).where(about, Notification.read_at.is_(None))
        _recount(session, session.scalars(told.distinct()))


def recount_all() -> None:
    """Bring all counters in step: after a change of the tree, which may reach anybody.

    Cost: two statements per 500 members with anything unread.
    """
    with unscoped("notifications: a change of the tree may reach anybody's counter") as session:
        waiting = sa.select(Notification.user_id).where(Notification.read_at.is_(None))
        counted = sa.select(_user.c.id).where(_user.c.unread_notifications > 0)
        _recount(session, session.scalars(waiting.union(counted)))


def forget_old() -> int:
    """Delete what was read months ago, and what nobody read in a year; return how many."""
    now = clock.now()
    read = Notification.read_at < now - READ_KEPT
    ignored = Notification.created_at < now - UNREAD_KEPT
    with unscoped("notifications: what is old goes for everybody") as session:
        return remove(session, sa.or_(read, ignored))


def remove(session: Session, condition: sa.ColumnElement[bool]) -> int:
    """Delete these notifications, whoever's they are, and count anew; return how many."""
    people = session.scalars(sa.select(Notification.user_id).where(condition).distinct()).all()
    removed = 0
    for batch in in_batches(people):
        lock_people(session, batch)
        result: Any = session.execute(
            sa.delete(Notification)
            .where(condition, Notification.user_id.in_(batch))
            .execution_options(**QUIET)
        )
        removed += result.rowcount
        count_anew(session, batch)
    return removed


def _recount(session: Session, ids: Iterable[int]) -> None:
    for batch in in_batches(ids):
        lock_people(session, batch)
        count_anew(session, batch)


def in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Cut ids, in their order, into pieces that fit into a statement."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
