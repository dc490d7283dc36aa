"""What has failed for good and needs a person: jobs, events that a reader skipped, mails.

One list and one way to try again, for `forum queue`; how each fails is decided where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa

from forum.core.consumers import EventFailure, replay_event
from forum.core.database import db
from forum.core.jobs import list_failed_jobs, replay_job
from forum.core.mail import Mail, retry_mail

Kind = Literal["job", "event", "mail"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that failed: `what` names it without any content, `error` says what stopped it."""

    kind: Kind
    id: int
    what: str
    error: str
    at: datetime | None


def list_failures(*, limit: int = 50) -> list[Failure]:
    """Return what failed, each kind latest first, at most `limit` of each.

    Cost: three statements.
    """
    return [*_list_jobs(limit), *_list_events(limit), *_list_mails(limit)]


def retry_failure(kind: Kind, failure_id: int) -> None:
    """Try one failure again, in the caller's unit; a job and a mail wait for the worker.

    Errors: raises NotFound when there is none with this id, Conflict when the same work is waiting
    already, and for an event whatever its reader raises.
    """
    _RETRIES[kind](failure_id)


_RETRIES: Final[Mapping[Kind, Callable[[int], None]]] = {
    "job": replay_job,
    "event": replay_event,
    "mail": retry_mail,
}
KINDS: Final = tuple(_RETRIES)


def _list_jobs(limit: int) -> list[Failure]:
    return [
        Failure("job", job.id, job.name, job.error or "", job.finished_at)
        for job in list_failed_jobs(limit=limit)
    ]


def _list_events(limit: int) -> list[Failure]:
    row = EventFailure
    found = db.session.execute(
        sa.select(row.id, row.event_name, row.consumer, row.error, row.at)
        .order_by(row.id.desc())
        .limit(limit)
    )
    return [
        Failure("event", one.id, f"{one.event_name} for {one.consumer}", one.error, one.at)
        for one in found
    ]


def _list_mails(limit: int) -> list[Failure]:
    found = db.session.execute(
        sa.select(Mail.id, Mail.user_id, Mail.error, Mail.finished_at)
        .where(Mail.state == "failed")
        .order_by(Mail.id.desc())
        .limit(limit)
    )
    return [
        Failure("mail", one.id, f"to member {one.user_id or '–'}", one.error or "", one.finished_at)
        for one in found
    ]
