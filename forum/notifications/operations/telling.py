"""Writing notifications: each member once per event and once per post, and the mail to follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.database import unscoped
from forum.core.jobs import enqueue
from forum.core.mail import has_smtp
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.operations.counting import count_anew, in_batches, lock_people
from forum.notifications.settings import BUNDLED_FOR, MAILED, MAILED_BY_DEFAULT, MAILED_WITHIN
from forum.plugin import EventRef

MAIL_JOB = "notifications.mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told, and to whom as which kind."""

    event: EventRef
    people: Mapping[int, str]
    area_id: int | None = None
    topic_id: int | None = None
    post_id: int | None = None
    actor_id: int | None = None
    detail: str = ""

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
            "event_id": self.event.id,
            "created_at": self.event.at,
        }


def tell(news: News) -> None:
    """Write what these members are told; nobody is told of their own doing.

    Who may read was asked by the caller; who is no active member is passed over here.
    Cost: five statements per 500 members, one more per mail that becomes due.
    """
    people = {person for person in news.people if person != news.event.actor_id}
    for batch in in_batches(people):
        with unscoped("notifications: others are told of what somebody does") as session:
            _tell(session, news, batch)


def _tell(session: Session, news: News, batch: list[int]) -> None:
    active = lock_people(session, batch)
    if not active:
        return
    mailed = _want_mail(session, news, active)
    due = clock.now() + BUNDLED_FOR
    rows = [
        {**news.row(user_id), "mail_due_at": due if user_id in mailed else None}
        for user_id in active
    ]
    told = _insert(session, rows)
    if not told:
        return
    count_anew(session, told)
    for user_id in sorted(mailed & told):
        enqueue(
            MAIL_JOB,
            args={"user_id": user_id, "topic_id": news.topic_id},
            run_at=due,
            dedup_key=f"{MAIL_JOB}:{user_id}:{news.topic_id}",
        )


def _insert(session: Session, rows: list[dict[str, Any]]) -> set[int]:
    """Insert what is new, whichever of the unique keys says so; return whose it is."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(Notification).on_conflict_do_nothing().returning(Notification.user_id)
    return set(session.execute(statement, rows).scalars())


def _want_mail(session: Session, news: News, ids: Iterable[int]) -> set[int]:
    if not has_smtp() or news.event.at < clock.now() - MAILED_WITHIN:
        return set()
    asked = {user_id for user_id in ids if news.people[user_id] in MAILED}
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
        if said.get((user_id, kind := news.people[user_id]), kind in MAILED_BY_DEFAULT)
    }
