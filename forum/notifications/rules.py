"""What may still be told when a mail is about to leave."""

from __future__ import annotations

from datetime import datetime

from forum.accounts.queries import list_recipients
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import list_post_lines
from forum.notifications.queries import count_mailed, list_mailed


def can_still_mail(user_id: int, reference: str) -> bool:
    """Tell whether a mail may leave now; asked by the outbox.

    All that it says may still be told and is still wanted, and something of it is still unread.
    `reference` is topic and moment, as `operations.mail_news` wrote them.
    """
    topic, _, moment = reference.partition("@")
    viewer, topic_id, at = Viewer(user_id), int(topic), datetime.fromisoformat(moment)
    with as_viewer(viewer):
        tellable = list_mailed(viewer, topic_id, at=at)
        visible = list_post_lines([due.post_id for due in tellable])
        asked = count_mailed(viewer, topic_id, at=at)
        active = bool(list_recipients([user_id]))
    news = any(due.unread for due in tellable)
    return active and news and asked == len(tellable) == len(visible)
