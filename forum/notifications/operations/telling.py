"""Writing notifications: each once per event, post or key of a plugin, and the mail to follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.database import unscoped
from forum.core.jobs import enqueue_each
from forum.core.mail import has_smtp
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.notices import is_mailed_by_default, list_mailed_kinds
from forum.notifications.operations.counting import count_anew, in_batches, lock_people
from forum.notifications.settings import BUNDLED_FOR, MAILED_WITHIN
from forum.notifications.subjects import Subject
from forum.plugin import EventRef

MAIL_JOB = "notifications.mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told, and to whom as which kind: made from an event, or by a plugin under a key."""

    people: Mapping[int, str]
    event: EventRef | None = None
    plugin: str = ""
    key: str | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)
    bundled: bool = True
    area_id: int | None = None
    topic_id: int | None = None
    post_id: int | None = None
    actor_id: int | None = None
    detail: str = ""

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at if self.event is not None else clock.now()

    @property
    def doer_id(self) -> int | None:
        """Who did it, and is not told of it."""
        return self.event.actor_id if self.event is not None else self.actor_id

    @property
    def subject(self) -> Subject:
        """What a mail about it is about."""
        return Subject(self.topic_id, self.area_id)

    def to(self, people: Mapping[int, str]) -> News:
        """Return the same for others."""
        return replace(self, people=people)

    def row(self, user_id: int) -> dict[str, Any]:
        """Return the columns of one member's notification."""
        return {
            "user_id": user_id,
            "kind": self.people[user_id],
            "area_id": self.area_id,
            "topic_id": self.topic_id,
            "post_id": self.post_id,
            "actor_id": self.actor_id,
            "detail": self.detail,
            "event_id": self.event.id if self.event is not None else None,
            "plugin": self.plugin,
            "key": self.key,
            "values": dict(self.values),
            "created_at": self.at,
        }


def tell(news: News) -> None:
    """Write what these members are told; nobody is told of their own doing.

    Who may read was asked by the caller; who is no active member is passed over here.
    Cost: five statements per 500 members, one more where mails become due.
    """
    people = {person for person in news.people if person != news.doer_id}
    for batch in in_batches(people):
        with unscoped("notifications: others are told of what somebody does") as session:
            _tell(session, news, batch)


def _tell(session: Session, news: News, batch: list[int]) -> None:
    active = lock_people(session, batch)
    if not active:
        return
    mailed = _want_mail(session, news, active)
    due = clock.now() + (BUNDLED_FOR if news.bundled else timedelta())
    rows = [
        {**news.row(user_id), "mail_due_at": due if user_id in mailed else None}
        for user_id in active
    ]
    told = _insert(session, rows)
    if not told:
        return
    count_anew(session, told)
    about = {"topic_id": news.topic_id, "area_id": news.area_id}
    about = {name: number for name, number in about.items() if number is not None}
    jobs = {
        f"{MAIL_JOB}:{user_id}:{news.subject.name}": {"user_id": user_id, **about}
        for user_id in mailed & told
    }
    enqueue_each(MAIL_JOB, jobs, run_at=due)


def _insert(session: Session, rows: list[dict[str, Any]]) -> set[int]:
    """Insert what is new, whichever of the unique keys says so; return whose it is."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(Notification).on_conflict_do_nothing().returning(Notification.user_id)
    return set(session.execute(statement, rows).scalars())


def _want_mail(session: Session, news: News, ids: Iterable[int]) -> set[int]:
    if not has_smtp() or news.at < clock.now() - MAILED_WITHIN:
        return set()
    kinds = list_mailed_kinds()
    asked = {user_id for user_id in ids if news.people[user_id] in kinds}
    if not asked:
        return set()
    said = {
        (row.user_id, row.kind): row.mail
        for row in session.execute(
            sa.select(
                NotificationPreference.user_id,
                NotificationPreference.kind,
                NotificationPreference.mail,
            ).where(NotificationPreference.user_id.in_(sorted(asked)))
        )
    }
    return {
        user_id
        for user_id in asked
        if said.get((user_id, kind := news.people[user_id]), is_mailed_by_default(kind))
    }
