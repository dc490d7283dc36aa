"""What may still be told when a mail is about to leave."""

from __future__ import annotations

from datetime import datetime

from forum.accounts.queries import list_recipients
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import list_post_lines
from forum.notifications.queries import count_mailed, list_mailed
from forum.notifications.subjects import Subject


def can_still_mail(user_id: int, reference: str) -> bool:
    """Tell whether a mail may leave now; asked by the outbox.

    All that it says may still be told and is still wanted, and something of it is still unread.
    `reference` is subject and moment, as `operations.mail_news` wrote them.
    """
    name, _, moment = reference.partition("@")
    viewer, subject, at = Viewer(user_id), Subject.named(name), datetime.fromisoformat(moment)
    with as_viewer(viewer):
        tellable = list_mailed(viewer, subject, at=at)
        posts = {due.post_id for due in tellable if due.post_id is not None}
        visible = list_post_lines(sorted(posts))
        asked = count_mailed(viewer, subject, at=at)
        active = bool(list_recipients([user_id]))
    news = any(due.unread for due in tellable)
    return active and news and asked == len(tellable) and posts == visible.keys()
