"""What was told goes with whom it was told, and with the area that it was told about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from forum.core.database import unscoped
from forum.discussions.queries import TOPIC
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.operations.counting import QUIET, count_anew, lock_people, remove
from forum.notifications.settings import STRENGTH


def erase_notifications(user_id: int) -> dict[str, int]:
    """Delete everything kept about a member; return how many rows by table.

    What others were told stays, without the name and what a plugin said beside it.
    Cost: five statements.
    """
    with unscoped("notifications: an erasure reaches what others were told") as session:
        lock_people(session, [user_id])
        told: Any = session.execute(
            sa.delete(Notification)
            .where(Notification.user_id == user_id)
            .execution_options(**QUIET)
        )
        chosen: Any = session.execute(
            sa.delete(NotificationPreference)
            .where(NotificationPreference.user_id == user_id)
            .execution_options(**QUIET)
        )
        named: Any = session.execute(
            sa.update(Notification)
            .where(Notification.actor_id == user_id)
            .values(actor_id=None, values={})
            .execution_options(**QUIET)
        )
        count_anew(session, [user_id])
    return {
        "notification": told.rowcount + named.rowcount,
        "notification_preference": chosen.rowcount,
    }


def forget_area(area_id: int) -> dict[str, int]:
    """Delete what anybody was told about an area and what stands in it, and count anew.

    Cost: three statements per 500 members who were told, one more.
    """
    there = sa.select(TOPIC.id).where(TOPIC.area_id == area_id)
    about = sa.or_(Notification.area_id == area_id, Notification.topic_id.in_(there))
    with unscoped("notifications: what is deleted is taken from everybody's list") as session:
        return {"notification": remove(session, about)}


def merge_notifications(source_id: int, target_id: int) -> dict[str, int]:
    """Make what one member was told another's; nobody is told twice, nor of what they did.

    The target's wishes for mails stay. Cost: eight statements.
    """
    with unscoped("notifications: a merge reaches what both were told") as session:
        lock_people(session, [source_id, target_id])
        other = aliased(Notification)
        post = sa.and_(other.post_id == Notification.post_id, Notification.kind.in_(STRENGTH))
        key = sa.and_(other.kind == Notification.kind, other.key == Notification.key)
        same = sa.or_(other.event_id == Notification.event_id, post, key)
        twice = sa.exists().where(other.user_id == target_id, same)
        mine = Notification.user_id == source_id
        _run(session, sa.delete(Notification).where(mine, twice))
        moved = _run(session, sa.update(Notification).where(mine).values(user_id=target_id))
        done = Notification.actor_id == source_id
        moved += _run(session, sa.update(Notification).where(done).values(actor_id=target_id))
        own = sa.and_(Notification.user_id == target_id, Notification.actor_id == target_id)
        _run(session, sa.delete(Notification).where(own))
        chosen = NotificationPreference.user_id == source_id
        gone = _run(session, sa.delete(NotificationPreference).where(chosen))
        count_anew(session, [source_id, target_id])
    return {"notification": moved, "notification_preference": gone}


def _run(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement.execution_options(**QUIET))
    return int(result.rowcount)
