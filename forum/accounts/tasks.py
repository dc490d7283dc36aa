"""Background entry points: mails whose time must not betray who is known; own data; upkeep."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from forum.accounts.operations.credentials import mail_address, mail_reset
from forum.accounts.operations.erasing import JOB as ERASE_JOB
from forum.accounts.operations.erasing import erase_if_due
from forum.accounts.operations.exporting import JOB as EXPORT_JOB
from forum.accounts.operations.exporting import forget_exports, make_export
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
    # Reads for long, and keeps a file: in units of its own.
    register_job(EXPORT_JOB, make_export, queue="slow", transaction=False)
    register_job(ERASE_JOB, erase_if_due)
    register_schedule("accounts.forget_exports", UPKEEP_EVERY, forget_exports)
    register_schedule("accounts.forget_expired", UPKEEP_EVERY, forget_expired)
