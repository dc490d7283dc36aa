"""The mail about a topic's news: made two minutes after the first of them, asked again on its way.

One mail per member and topic, or area where a plugin tells something of it; what was read on the
site in the meantime is not mailed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from forum.accounts.queries import list_recipients
from forum.core import clock
from forum.core.database import UTCDateTime, db
from forum.core.mail import send_mail
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import list_post_lines
from forum.notifications.letters import Told, compose_letter
from forum.notifications.models import Notification
from forum.notifications.notices import is_notice
from forum.notifications.operations.counting import QUIET
from forum.notifications.queries import Due, list_due, list_entries
from forum.notifications.settings import GUARD
from forum.notifications.subjects import Subject


def mail_news(user_id: int, *, topic_id: int | None = None, area_id: int | None = None) -> None:
    """Write one mail about what a member may see unread of a topic's or an area's news, or none.

    The job behind `tell`; runs in one unit, so that a mail is written once.
    """
    viewer, subject = Viewer(user_id), Subject(topic_id, area_id)
    with as_viewer(viewer):
        wanted = list_due(viewer, subject)
        # The moment is the mail's name: its guard finds by it what the mail is about.
        at = clock.now()
        told = _write_mail(viewer, subject, wanted, at=at) if wanted else ()
        _settle(subject, told, at=at)


def _write_mail(
    viewer: Viewer, subject: Subject, wanted: list[Due], *, at: datetime
) -> tuple[int, ...]:
    recipients = list_recipients([viewer.user_id or 0])
    lines = list_post_lines([due.post_id for due in wanted if due.post_id is not None])
    entries = list_entries(viewer, [due.id for due in wanted if is_notice(due.kind)])
    told = [
        Told(due.kind, lines.get(due.post_id or 0), entries.get(due.id), due.id)
        for due in wanted
        if (due.post_id is None or due.post_id in lines)
        and (not is_notice(due.kind) or due.id in entries)
    ]
    if not recipients or not told:
        return ()
    letter = compose_letter(viewer, recipients[0], subject, told)
    send_mail(
        recipients[0].email,
        letter.subject,
        letter.text,
        letter.html,
        user_id=viewer.user_id,
        guard=(GUARD, f"{subject.name}@{at.isoformat()}"),
        headers=letter.headers,
    )
    return tuple(one.id for one in told)


def _settle(subject: Subject, told: Iterable[int], *, at: datetime) -> None:
    """Note what was mailed; nothing of this subject is due any more, also what was left out."""
    mine = sa.and_(subject.covers(), Notification.mail_due_at.is_not(None))
    mailed = sa.case((Notification.id.in_(sorted(told)), sa.literal(at, UTCDateTime())))
    db.session.execute(
        sa.update(Notification)
        .where(mine)
        .values(mail_due_at=None, mailed_at=mailed)
        .execution_options(**QUIET)
    )
