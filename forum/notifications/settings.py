"""The kinds of notifications, which of them go out by mail, and the times that rule them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from forum.web.i18n import lazy_gettext

MENTION: Final = "mention"
REPLY: Final = "reply"
QUOTE: Final = "quote"
FOLLOWED: Final = "followed"
HIDDEN: Final = "hidden"
SHOWN: Final = "shown"
APPLICATION: Final = "application"
DECISION: Final = "decision"
ROLE: Final = "role"

STRENGTH: Final = (MENTION, REPLY, QUOTE, FOLLOWED)
"""Why somebody is told of a post, the strongest first: one post is told once."""

ABOUT_ONESELF: Final = (DECISION, ROLE)
"""What one is told about an area that one may know of without reading it."""

MAILED: Final[Mapping[str, str]] = {
    MENTION: lazy_gettext("Jemand erwähnt mich"),
    REPLY: lazy_gettext("Jemand antwortet auf meinen Beitrag"),
    QUOTE: lazy_gettext("Jemand zitiert mich"),
    FOLLOWED: lazy_gettext("Neues in Themen, denen ich folge"),
}
"""What may come by mail, with its label; the rest is told on the site only."""

MAILED_BY_DEFAULT: Final = frozenset({MENTION, REPLY})

BUNDLED_FOR: Final = timedelta(minutes=2)
"""How long a mail waits for more from the same topic."""

MAILED_WITHIN: Final = timedelta(days=2)
"""Older news is no news: after an outage of days nobody's mailbox is flooded."""

GUARD: Final = "notifications"
"""The name under which the outbox asks whether such a mail may still leave."""

READ_KEPT: Final = timedelta(days=90)
UNREAD_KEPT: Final = timedelta(days=365)
