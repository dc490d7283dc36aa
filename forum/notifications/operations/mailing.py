"""The mail about a topic's news: made two minutes after the first of them, asked again on its way.

One mail per member and topic; what was read on the site in the meantime is not mailed.
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
from forum.discussions.queries import list_muters, list_post_lines
from forum.notifications.letters import compose_letter
from forum.notifications.models import Notification
from forum.notifications.operations.counting import QUIET
from forum.notifications.queries import (
    Due,
    count_mailed,
    get_mail_preferences,
    list_due,
    list_mailed,
)

GUARD = "notifications"


def mail_news(user_id: int, topic_id: int) -> None:
    """Write one mail about what a member may see unread of a topic's news, or none.

    The job behind `tell`; runs in one unit, so that a mail is written once.
    """
    viewer = Viewer(user_id)
    with as_viewer(viewer):
        due = list_due(viewer, topic_id)
        wanted = _choose(viewer, topic_id, due)
        # The moment is the mail's name: its guard finds by it what the mail is about.
        at = clock.now()
        told = _write_mail(viewer, topic_id, wanted, at=at) if wanted else ()
        _settle(topic_id, told, at=at)


def can_still_mail(user_id: int, reference: str) -> bool:
    """Tell whether a mail may leave now; asked by the outbox.

    All that it says may still be told and is still wanted, and something of it is still unread.
    `reference` is topic and moment, as `mail_news` wrote them.
    """
    topic, _, moment = reference.partition("@")
    viewer, topic_id, at = Viewer(user_id), int(topic), datetime.fromisoformat(moment)
    with as_viewer(viewer):
        tellable = _choose(viewer, topic_id, list_mailed(viewer, topic_id, at=at))
        visible = list_post_lines([due.post_id for due in tellable])
        asked = count_mailed(viewer, topic_id, at=at)
        active = bool(list_recipients([user_id]))
    news = any(due.unread for due in tellable)
    return active and news and asked == len(tellable) == len(visible)


def _choose(viewer: Viewer, topic_id: int, due: list[Due]) -> list[Due]:
    """Leave out what the member does not want by mail, all of it in a muted topic."""
    if not due or viewer.user_id in list_muters(topic_id):
        return []
    chosen = get_mail_preferences(viewer)
    return [one for one in due if chosen.get(one.kind)]


def _write_mail(
    viewer: Viewer, topic_id: int, wanted: list[Due], *, at: datetime
) -> tuple[int, ...]:
    recipients = list_recipients([viewer.user_id or 0])
    lines = list_post_lines([due.post_id for due in wanted])
    told = [due for due in wanted if due.post_id in lines]
    if not recipients or not told:
        return ()
    letter = compose_letter(viewer, recipients[0], [(due.kind, lines[due.post_id]) for due in told])
    send_mail(
        recipients[0].email,
        letter.subject,
        letter.text,
        letter.html,
        user_id=viewer.user_id,
        guard=(GUARD, f"{topic_id}@{at.isoformat()}"),
        headers=letter.headers,
    )
    return tuple(due.id for due in told)


def _settle(topic_id: int, told: Iterable[int], *, at: datetime) -> None:
    """Note what was mailed; nothing of this topic is due any more, also what was left out."""
    mine = sa.and_(Notification.topic_id == topic_id, Notification.mail_due_at.is_not(None))
    mailed = sa.case((Notification.id.in_(sorted(told)), sa.literal(at, UTCDateTime())))
    db.session.execute(
        sa.update(Notification)
        .where(mine)
        .values(mail_due_at=None, mailed_at=mailed)
        .execution_options(**QUIET)
    )
