"""Puts what runs behind the pages into an app: registries, bell, storage, limits, housekeeping."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from forum.core import idempotency, jobs, mail, quarantine
from forum.core.bell import make_bell
from forum.core.config import Config
from forum.core.consumers import ConsumerRegistry
from forum.core.database import refresh_statistics
from forum.core.delivery import deliver_mail
from forum.core.events import set_bell
from forum.core.health import CheckRegistry
from forum.core.jobs import JobRegistry, register_job
from forum.core.mail import GuardRegistry
from forum.core.migrations import CORE, LineageRegistry
from forum.core.ratelimit import RateLimiter
from forum.core.remains import RemainsRegistry
from forum.core.schedules import ScheduleRegistry, register_schedule
from forum.core.storage import LocalStorage


def init_background(app: Flask) -> None:
    """Make the services of `app`; called by `create_app` after the database is set up."""
    config: Config = app.config["FORUM"]
    bell = make_bell(config)
    app.extensions["forum"] |= {
        "jobs": JobRegistry(),
        "schedules": ScheduleRegistry(),
        "consumers": ConsumerRegistry(),
        "mail_guards": GuardRegistry(),
        "lineages": LineageRegistry([CORE]),
        "checks": CheckRegistry(),
        "remains": RemainsRegistry(),
        "limiter": RateLimiter(config),
        "storage": LocalStorage(config.data_dir / "uploads"),
        "bell": bell,
    }
    set_bell(bell.ring)
    with app.app_context():
        _register_housekeeping()


def _register_housekeeping() -> None:
    register_job(mail.JOB, deliver_mail, queue="mail", transaction=False)
    register_schedule("mail.resume", timedelta(minutes=1), mail.resume_mail)
    register_schedule("mail.forget", timedelta(hours=6), mail.forget_old_mail)
    register_schedule("jobs.forget", timedelta(hours=1), jobs.forget_finished_jobs)
    register_schedule("database.statistics", timedelta(hours=6), refresh_statistics)
    register_schedule("keys.forget", timedelta(hours=1), idempotency.forget_old_keys)
    register_schedule("quarantine.forget", timedelta(hours=6), quarantine.forget_old_files)
