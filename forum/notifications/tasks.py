"""Background entry points: the mail about news, its guard, and the end of what is old."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from forum.core.jobs import register_job
from forum.core.mail import register_guard
from forum.core.schedules import register_schedule
from forum.notifications.operations import forget_old, mail_news
from forum.notifications.operations.telling import MAIL_JOB
from forum.notifications.rules import can_still_mail
from forum.notifications.settings import GUARD

FORGET_EVERY: Final = timedelta(hours=12)


def register_tasks() -> None:
    """Make jobs, guard and schedule known; called while the app is wired."""
    register_job(MAIL_JOB, mail_news)
    register_guard(GUARD, can_still_mail)
    register_schedule("notifications.forget", FORGET_EVERY, forget_old)
