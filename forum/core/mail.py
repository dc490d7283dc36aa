"""Mail: an outbox written in the caller's transaction; `delivery` takes it to the server.

Transport only: texts and templates are made by those who send. Permission is asked again when a
mail leaves, not only when it is written.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock, limits
from forum.core.config import current_config
from forum.core.database import BigId, JSONType, Model, UTCDateTime, db
from forum.core.errors import ConfigError, NotFound
from forum.core.jobs import enqueue
from forum.core.services import service
from forum.core.smtp import Letter, deliver

JOB: Final = "mail.deliver"
TRIES: Final = 12  # with the backoff of jobs: about five hours
EXPIRES: Final = timedelta(days=7)
KEPT: Final = timedelta(days=30)
SUBJECT: Final = 250
HEADERS: Final = frozenset(
    "auto-submitted in-reply-to list-id list-unsubscribe list-unsubscribe-post precedence"
    " references reply-to".split()
)

Guard = Callable[[int, str], bool]


class Mail(Model):
    """One mail to one person.

    States: `waiting` → `sent`; `failed` when a server refused it for good or none was found for
    hours; `withheld` when the guard said no; `expired` when there was no server for a week. The
    text is kept only while the mail waits. `handed_at` is when its text last went to a server that
    did not say no: as long as it waits, it may have arrived.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('waiting','sent','failed','withheld','expired')", name="state"
        ),
        sa.Index("ix_mail_state_created_at", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    recipient: Mapped[str] = mapped_column(sa.String(limits.EMAIL))
    subject: Mapped[str] = mapped_column(sa.String(SUBJECT))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    headers: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    guard: Mapped[str | None] = mapped_column(sa.String(80))
    guard_ref: Mapped[str] = mapped_column(sa.String(80), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(slots=True)
class GuardRegistry:
    """Who is asked before a mail of a kind leaves, by kind."""

    guards: dict[str, Guard] = field(default_factory=dict)


def register_guard(kind: str, may_send: Guard) -> None:
    """Ask `may_send(user_id, ref)` in a read unit before a mail guarded by (kind, ref) leaves.

    Errors: raises ValueError when the kind is taken.
    """
    registry: GuardRegistry = service("mail_guards")
    if kind in registry.guards:
        raise ValueError(f"a mail guard named {kind} is already registered")
    registry.guards[kind] = may_send


def send_mail(
    to: str,
    subject: str,
    text: str,
    html: str = "",
    *,
    user_id: int | None = None,
    guard: tuple[str, int | str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Write a mail into the caller's transaction and return its id; it leaves after the commit.

    `guard` is (kind, reference) and needs `user_id`. `headers` may hold threading, reply and list
    headers. Without SMTP the mail waits, up to a week, until there is a server.

    Errors: raises ValueError for control characters in address, subject or headers, for a header
    that is not allowed and for an unknown guard: callers check what people type.
    Cost: two statements.
    """
    check_mail(to, subject, headers or {})
    if guard is not None and (user_id is None or guard[0] not in list_guards()):
        raise ValueError(f"mail guard {guard[0]} is not registered, or nobody is named for it")
    mail = Mail(
        state="waiting",
        user_id=user_id,
        recipient=to,
        subject=shorten(subject),
        text=text,
        html=html,
        headers=dict(headers or {}),
        message_id=_new_message_id(),
        guard=guard[0] if guard else None,
        guard_ref=str(guard[1]) if guard else "",
        created_at=clock.now(),
    )
    db.session.add(mail)
    db.session.flush()
    if has_smtp():
        _enqueue(mail.id)
    return mail.id


def send_test(to: str, subject: str, text: str, html: str = "") -> None:
    """Hand a mail to the server now, past the outbox, so that set-up can say whether mail works.

    Errors: ConfigError when no server is set or its URL is wrong, `smtp.Refused` when it says no,
    smtplib's and the system's errors when it is away; ValueError as `send_mail`.
    Cost: a connection to the server, up to 20 s; never inside a write transaction.
    """
    check_mail(to, subject, {})
    if not has_smtp():
        raise ConfigError("no mail server is set; set FORUM_SMTP_URL")
    config = current_config()
    letter = Letter(
        sender=config.mail_from,
        sender_name=config.site_name,
        recipient=to,
        subject=shorten(subject),
        text=text,
        html=html,
        headers={},
        message_id=_new_message_id(),
        date=clock.now(),
    )
    deliver(config.smtp_url.get_secret_value(), letter)


def has_smtp() -> bool:
    """Tell whether the operator has named a mail server."""
    return bool(current_config().smtp_url.get_secret_value())


def resume_mail() -> int:
    """Give waiting mails that have no job one, oldest first; return how many. A schedule."""
    if not has_smtp():
        return 0
    ids = db.session.scalars(
        sa.select(Mail.id).where(Mail.state == "waiting").order_by(Mail.id).limit(1_000)
    ).all()
    for mail_id in ids:
        _enqueue(mail_id)
    return len(ids)


def retry_mail(mail_id: int) -> None:
    """Let a failed mail whose text is still there wait again.

    Errors: raises NotFound when there is no such mail.
    """
    found = db.session.execute(
        sa.update(Mail)
        .where(Mail.id == mail_id, Mail.state == "failed")
        .values(state="waiting", attempts=0, error=None, handed_at=None, finished_at=None)
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is None:
        raise NotFound(f"no failed mail {mail_id}")
    _enqueue(mail_id)


def forget_mail_of(user_id: int, *addresses: str) -> int:
    """Delete every mail to this person, sent or not; part of erasure. Return how many."""
    return delete_mail(sa.or_(Mail.user_id == user_id, Mail.recipient.in_(addresses)))


def forget_mail_naming(*words: str) -> int:
    """Delete news in the outbox that name somebody who leaves; return how many.

    Whom they were for finds the news on the site. Other mails (links, answers) are left alone.
    """
    fields = (Mail.subject, Mail.text, Mail.html)
    named = [f.contains(word, autoescape=True) for f in fields for word in words if word]
    return delete_mail(sa.and_(Mail.guard.is_not(None), sa.or_(sa.false(), *named)))


def forget_mail_to_strangers(*addresses: str) -> int:
    """Delete mails to people without an account: invitations of somebody who has left."""
    return delete_mail(sa.and_(Mail.user_id.is_(None), Mail.recipient.in_(addresses)))


def list_mail_of(user_id: int) -> list[dict[str, Any]]:
    """Return what was mailed to a person, for the export of their data; no text, links open doors.

    Cost: one statement.
    """
    columns = (Mail.recipient, Mail.subject, Mail.state, Mail.created_at, Mail.finished_at)
    found = sa.select(*columns).where(Mail.user_id == user_id).order_by(Mail.id)
    return [dict(row) for row in db.session.execute(found).mappings()]


def forget_old_mail() -> int:
    """Delete what was finished a month ago; return how many. A schedule."""
    return delete_mail(sa.and_(Mail.state != "waiting", Mail.finished_at < clock.now() - KEPT))


@dataclass(frozen=True, slots=True)
class MailFigures:
    """How the outbox stands; `oldest` is when the longest waiting mail was written."""

    waiting: int
    failed: int
    oldest: datetime | None


def get_mail_figures() -> MailFigures:
    """Return what `forum check` and the health page say about mail. Cost: one statement."""
    waiting = Mail.state == "waiting"
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(waiting),
            sa.func.count().filter(Mail.state == "failed"),
            sa.func.min(sa.case((waiting, Mail.created_at))),
        ).where(Mail.state.in_(("waiting", "failed")))
    ).one()
    return MailFigures(*row)


def list_guards() -> dict[str, Guard]:
    """Return who is asked, by kind."""
    registry: GuardRegistry = service("mail_guards")
    return registry.guards


def check_mail(to: str, subject: str, headers: Mapping[str, str]) -> None:
    """Refuse what could become another header or another recipient: ValueError."""
    address = parseaddr(to)[1]
    if address != to or "@" not in to or len(to) > limits.EMAIL or _has_controls(to):
        raise ValueError("not one plain mail address")
    if _has_controls(subject):
        raise ValueError("control character in a subject")
    for name, value in headers.items():
        if name.lower() not in HEADERS:
            raise ValueError(f"header {name} may not be set")
        if _has_controls(value):
            raise ValueError(f"control character in header {name}")


def _has_controls(value: str) -> bool:
    return any(ord(c) < 32 or ord(c) == 127 or c in "\x85\u2028\u2029" for c in value)


def shorten(subject: str) -> str:
    """Return a subject that fits."""
    return subject if len(subject) <= SUBJECT else subject[: SUBJECT - 1] + "…"


def _new_message_id() -> str:
    # Random, not the row id: ids would tell outsiders how much mail the site sends.
    return name_message(hashlib.sha256(secrets.token_bytes(32)).hexdigest())


def get_mail_domain() -> str:
    """Return the domain from which the site sends its mail."""
    return parseaddr(current_config().mail_from)[1].rpartition("@")[2] or "localhost"


def name_message(digits: str) -> str:
    """Return a Message-ID of this site."""
    return f"<{digits[:32]}@{get_mail_domain()[:80]}>"


def _enqueue(mail_id: int) -> None:
    enqueue(JOB, args={"mail_id": mail_id}, dedup_key=f"mail:{mail_id}", max_attempts=TRIES)


def delete_mail(condition: sa.ColumnElement[bool]) -> int:
    """Delete mails, whoever they are to; return how many."""
    result = db.session.execute(
        sa.delete(Mail).where(condition).execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
