"""Marking as read: one, a topic's, what a page has shown, all that was listed."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from forum.core import clock
from forum.core.database import unscoped
from forum.core.wall import Viewer
from forum.notifications.models import Notification
from forum.notifications.operations.counting import QUIET, count_anew, lock_people


def mark_read(viewer: Viewer, notification_id: int) -> None:
    """Mark one of the viewer's notifications as read; others' are out of reach."""
    _mark(viewer, Notification.id == notification_id)


def mark_topic_read(viewer: Viewer, topic_id: int, *, up_to: int) -> None:
    """Mark what the viewer was told about a topic, as far as it was listed (the highest id)."""
    _mark(viewer, sa.and_(Notification.topic_id == topic_id, Notification.id <= up_to))


def mark_posts_read(viewer: Viewer, post_ids: Collection[int]) -> None:
    """Mark what the viewer was told about these posts: they have seen them."""
    if post_ids:
        _mark(viewer, Notification.post_id.in_(sorted(post_ids)))


def mark_all_read(viewer: Viewer, *, up_to: int) -> None:
    """Mark everything that was there when the list was shown (the highest id): nothing newer."""
    _mark(viewer, Notification.id <= up_to)


def _mark(viewer: Viewer, condition: sa.ColumnElement[bool]) -> None:
    if viewer.user_id is None:
        return
    mine = (Notification.user_id == viewer.user_id, Notification.read_at.is_(None), condition)
    with unscoped("notifications: what is marked may point at what one no longer reads") as session:
        # Nothing to do is the usual case on a topic's page: it must not cost a lock.
        if session.scalar(sa.select(Notification.id).where(*mine).limit(1)) is None:
            return
        lock_people(session, [viewer.user_id])
        session.execute(
            sa.update(Notification)
            .where(*mine)
            .values(read_at=clock.now(), mail_due_at=None)
            .execution_options(**QUIET)
        )
        count_anew(session, [viewer.user_id])
