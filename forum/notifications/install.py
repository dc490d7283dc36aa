"""Puts notifications on an app: pages, jobs, the counter on the bell."""

from __future__ import annotations

from flask import Flask

from forum.accounts.identity import current
from forum.core.remains import Remains, register_remains
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.tasks import register_tasks
from forum.notifications.views import blueprint, unsubscribe_now
from forum.web.frame import parts
from forum.web.security import csrf


def install_notifications(app: Flask) -> None:
    """Wire notifications; called in the app's context, after accounts and the jobs."""
    app.register_blueprint(blueprint)
    # The signed token in the address is what allows it; mail programs have no session.
    csrf.exempt(unsubscribe_now)
    parts(app).unread = _unread
    register_tasks()
    register_remains(
        Remains("notifications", Notification.kind, dotted=True),
        Remains("wishes for mails", NotificationPreference.kind, dotted=True),
    )


def _unread(_viewer_id: int) -> int:
    """Read the counter from the member's row, which the request has loaded anyway."""
    user = current()
    return user.unread_notifications if user else 0
