"""Writes of notifications: they never commit and never see a request."""

from forum.notifications.operations.counting import forget_old, recount_all, recount_people
from forum.notifications.operations.events import handle_event
from forum.notifications.operations.mailing import mail_news
from forum.notifications.operations.noticing import notify
from forum.notifications.operations.preferences import set_mail_preferences, stop_mails
from forum.notifications.operations.privacy import (
    erase_notifications,
    forget_area,
    merge_notifications,
)
from forum.notifications.operations.reading import (
    mark_all_read,
    mark_posts_read,
    mark_read,
    mark_topic_read,
)

__all__ = [
    "erase_notifications",
    "forget_area",
    "forget_old",
    "handle_event",
    "mail_news",
    "mark_all_read",
    "mark_posts_read",
    "mark_read",
    "mark_topic_read",
    "merge_notifications",
    "notify",
    "recount_all",
    "recount_people",
    "set_mail_preferences",
    "stop_mails",
]
