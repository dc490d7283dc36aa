"""What was told goes with whom it was told, and with the area that it was told about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.core.database import unscoped
from forum.discussions.queries import TOPIC
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.operations.counting import QUIET, count_anew, lock_people, remove


def erase_notifications(user_id: int) -> dict[str, int]:
    """Delete everything kept about a member; return how many rows by table.

    What others were told stays, without the name: `actor_id` is emptied.
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
            .values(actor_id=None)
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
