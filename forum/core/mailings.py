"""Mails in great numbers: one each to many, named by a key so that none is written twice.

They lie in the outbox of `mail` like any other; each has a guard that is asked as it leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from forum.core import clock
from forum.core.among import among
from forum.core.database import db
from forum.core.digests import keyed_digest
from forum.core.jobs import enqueue_each
from forum.core.mail import (
    JOB,
    TRIES,
    Mail,
    check_mail,
    delete_mail,
    has_smtp,
    list_guards,
    name_message,
    shorten,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """One of many mails of a kind; `ref` is what its guard is asked about.

    `key` names the mail for good: the same one gets the same Message-ID and is never written twice.
    """

    key: str
    to: str
    user_id: int
    ref: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def send_mails(kind: str, drafts: Sequence[MailDraft]) -> None:
    """Write many guarded mails into the caller's transaction, each as `send_mail` would.

    Errors: as `send_mail`; IntegrityError for a key that was used before.
    Cost: three statements, whatever their number; `make_message_id` says by what key names them.
    """
    if not drafts:
        return
    if kind not in list_guards():
        raise ValueError(f"mail guard {kind} is not registered")
    at = clock.now()
    rows = [_to_row(kind, draft, at) for draft in drafts]
    db.session.execute(sa.insert(Mail), rows)
    if has_smtp():
        named = {"named": [row["message_id"] for row in rows]}
        ids = db.session.scalars(sa.select(Mail.id).where(among(Mail.message_id, "named")), named)
        jobs = {f"mail:{mail_id}": {"mail_id": mail_id} for mail_id in ids}
        enqueue_each(JOB, jobs, max_attempts=TRIES)


def make_message_id(kind: str, key: str) -> str:
    """Return the Message-ID that a mail of this kind and key has, or will have."""
    return name_message(keyed_digest(f"mail.{kind}", key))


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """How it stands with a mail; `error` is what the server said.

    `handed`: its text went to a server that did not say no. One that is not `sent` may have
    arrived all the same, when a worker was killed in between.
    """

    state: str
    error: str
    handed: bool


def find_mail_outcomes(kind: str, keys: Collection[str]) -> dict[str, MailOutcome]:
    """Return by key how mails of `send_mails` stand; those that were deleted are missing.

    Cost: one statement, none for no keys.
    """
    if not keys:
        return {}
    named = {make_message_id(kind, key): key for key in keys}
    columns = (Mail.message_id, Mail.state, Mail.error, Mail.handed_at)
    found = sa.select(*columns).where(among(Mail.message_id, "named"))
    rows = db.session.execute(found, {"named": sorted(named)})
    return {
        named[row.message_id]: MailOutcome(
            row.state, row.error or "", handed=row.handed_at is not None
        )
        for row in rows
    }


def withdraw_mails(kind: str, keys: Collection[str]) -> int:
    """Delete mails of `send_mails` that still wait; return how many. Cost: one statement.

    After the commit none of them leaves; one whose text is going out at this moment arrives.
    """
    named = sorted(make_message_id(kind, key) for key in keys)
    return delete_mail(sa.and_(Mail.state == "waiting", Mail.message_id.in_(named))) if named else 0


def _to_row(kind: str, draft: MailDraft, at: datetime) -> dict[str, Any]:
    check_mail(draft.to, draft.subject, draft.headers)
    return {
        "state": "waiting",
        "user_id": draft.user_id,
        "recipient": draft.to,
        "subject": shorten(draft.subject),
        "text": draft.text,
        "html": draft.html,
        "headers": dict(draft.headers),
        "message_id": make_message_id(kind, draft.key),
        "guard": kind,
        "guard_ref": draft.ref,
        "attempts": 0,
        "created_at": at,
    }
