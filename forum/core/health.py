"""Is the site well? Readiness for load balancers, findings with a remedy for operators."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from forum.core import clock
from forum.core.config import Config, current_config
from forum.core.consumers import list_lags
from forum.core.database import read_unit
from forum.core.errors import ConfigError
from forum.core.heartbeat import STALE, find_age
from forum.core.jobs import get_queue_figures
from forum.core.mail import get_mail_figures
from forum.core.migrations import require_current
from forum.core.services import service
from forum.core.smtp import parse_smtp_url

LATE: Final = timedelta(minutes=10)
DISK_FULL: Final = 50 * 2**20
DISK_SCARCE: Final = 500 * 2**20
"""Free bytes below which a process should get no requests, or the operator should make room."""

_THIS_MACHINE: Final = frozenset({None, "localhost", "127.0.0.1", "::1"})

Level = Literal["ok", "hint", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `forum check`: what was looked at, what is the matter, how to mend it."""

    level: Level
    what: str
    remedy: str = ""


Check = Callable[[], list[Finding]]


@dataclass(slots=True)
class CheckRegistry:
    """What features add to `forum check`, each run in a read unit."""

    checks: list[Check] = field(default_factory=list)


def register_check(check: Check) -> None:
    """Let `forum check` call `check()` too; called while the app is wired."""
    registry: CheckRegistry = service("checks")
    registry.checks.append(check)


def list_obstacles() -> list[str]:
    """Return why this process should get no requests now; empty when it is ready.

    Cost: a handful of reads; meant for `/readyz`, every few seconds.
    """
    config = current_config()
    try:
        require_current(_app())
    except ConfigError as error:
        return [f"schema: {error.message}"]
    except SQLAlchemyError:
        return ["database: not reachable"]
    obstacles = []
    with read_unit():
        age = find_age("worker")
    if age is None or age > STALE:
        obstacles.append("worker: no sign of life")
    if _count_free(config) < DISK_FULL:
        obstacles.append("disk: full")
    url = config.redis_url.get_secret_value()
    if url and not _has_redis(url):
        obstacles.append("redis: not reachable")
    return obstacles


def list_findings() -> list[Finding]:
    """Return what `forum check` prints, the worst last things included, in a fixed order."""
    config = current_config()
    findings = [*_check_settings(config), _check_disk(config)]
    try:
        require_current(_app())
    except ConfigError as error:
        return [*findings, Finding("problem", error.message, "forum db upgrade")]
    except SQLAlchemyError as error:
        name = type(error).__name__
        remedy = "start the database or mend FORUM_DATABASE_URL"
        return [*findings, Finding("problem", f"the database does not answer ({name})", remedy)]
    findings.append(Finding("ok", "the database has the schema of this version"))
    registry: CheckRegistry = service("checks")
    for check in (_check_worker, _check_jobs, _check_consumers, _check_mail, *registry.checks):
        with read_unit():
            findings += check()
    return findings


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _has_redis(url: str) -> bool:
    from forum.core.rq_transport import is_redis_up

    return is_redis_up(url)


def _count_free(config: Config) -> int:
    return shutil.disk_usage(config.data_dir).free


def _check_disk(config: Config) -> Finding:
    free = _count_free(config)
    text = f"{free / 2**20:.0f} MB are free where {config.data_dir} lies"
    if free < DISK_SCARCE:
        return Finding("problem", text, "make room or move the data directory (--dir)")
    return Finding("ok", text)


def _check_settings(config: Config) -> list[Finding]:
    findings = []
    if urlsplit(config.public_url).hostname in _THIS_MACHINE:
        remedy = "set FORUM_PUBLIC_URL, for example https://forum.example.org"
        findings.append(Finding("hint", "links in mails point at this machine only", remedy))
    smtp = config.smtp_url.get_secret_value()
    if not smtp:
        remedy = "set FORUM_SMTP_URL; mails wait up to a week until then"
        findings.append(Finding("hint", "no mail server is set", remedy))
    else:
        try:
            parse_smtp_url(smtp)
        except ConfigError as error:
            findings.append(Finding("problem", error.message, "mend FORUM_SMTP_URL"))
    url = config.redis_url.get_secret_value()
    if not url:
        findings.append(Finding("ok", "no Redis is set, nor needed: the worker takes every job"))
    elif not _has_redis(url):
        remedy = "start it or unset FORUM_REDIS_URL; until then the worker does its jobs alone"
        findings.append(Finding("problem", "Redis does not answer", remedy))
    return findings


def _check_worker() -> list[Finding]:
    age = find_age("worker")
    if age is None or age > STALE:
        return [Finding("hint", "no worker is running", "start: forum serve")]
    return [Finding("ok", f"a worker gave a sign {age.total_seconds():.0f} s ago")]


def _check_jobs() -> list[Finding]:
    figures = get_queue_figures()
    findings = []
    if figures.failed:
        remedy = "read why: forum queue list; mend the cause, then: forum queue retry job ID"
        findings.append(Finding("problem", f"{figures.failed} jobs have failed", remedy))
    if figures.unknown:
        what = f"{figures.unknown} jobs wait for a plugin that is not loaded"
        findings.append(Finding("hint", what, "load it again or leave them"))
    if figures.oldest is not None and clock.now() - figures.oldest > LATE:
        what = f"{figures.due} jobs are late"
        findings.append(Finding("problem", what, "start a worker: forum serve --role worker"))
    return findings or [Finding("ok", "no job is late or has failed")]


def _check_consumers() -> list[Finding]:
    findings = []
    for lag in list_lags():
        if lag.since is not None and clock.now() - lag.since > LATE:
            what = f"{lag.name} is {lag.events} events behind"
            findings.append(Finding("problem", what, "see the worker's log"))
        if lag.skipped:
            what = f"{lag.name} has skipped {lag.skipped} events it could not digest"
            findings.append(
                Finding("problem", what, "see: forum queue list; then: forum queue retry event ID")
            )
    return findings or [Finding("ok", "every reader of the event log is up to date")]


def _check_mail() -> list[Finding]:
    figures = get_mail_figures()
    findings = []
    if figures.waiting and figures.oldest is not None and clock.now() - figures.oldest > LATE:
        what = f"{figures.waiting} mails are waiting, the oldest since {figures.oldest:%F %R} UTC"
        findings.append(Finding("problem", what, "check FORUM_SMTP_URL and the worker"))
    if figures.failed:
        what = f"{figures.failed} mails were refused or found no server"
        findings.append(Finding("hint", what, "see: forum queue list"))
    return findings
