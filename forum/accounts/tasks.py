"""Background entry points: mails that must not betray by their time who is known, and upkeep."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from forum.accounts.operations.credentials import mail_address, mail_reset
from forum.accounts.operations.registration import mail_registration
from forum.accounts.operations.upkeep import forget_expired
from forum.core.jobs import register_job
from forum.core.schedules import register_schedule

UPKEEP_EVERY: Final = timedelta(hours=6)


def register_tasks() -> None:
    """Make the jobs known; called while the app is wired."""
    register_job("accounts.mail_registration", mail_registration, queue="mail")
    register_job("accounts.mail_reset", mail_reset, queue="mail")
    register_job("accounts.mail_address", mail_address, queue="mail")
    register_schedule("accounts.forget_expired", UPKEEP_EVERY, forget_expired)
