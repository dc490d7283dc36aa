"""Topics as cards of lists and feeds: what the rows say, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forum.core.services import service
from forum.discussions.queries import TopicCard
from forum.web.cards import CardView
from forum.web.frame import AreaLink
from forum.web.i18n import gettext as _
from forum.web.i18n import lazy_gettext
from forum.web.posts import Mark

KIND_LABELS: Final[Mapping[str, object]] = {
    "question": lazy_gettext("Frage"),
    "announcement": lazy_gettext("Ankündigung"),
}


def kind_label(kind: str, plugins: frozenset[str]) -> str:
    """Return the word for a topic's kind, "" for plain discussions and where its plugin is off."""
    if kind == "discussion":
        return ""
    if kind in KIND_LABELS:
        return str(KIND_LABELS[kind])
    found = service("dispatcher").find_kind(kind, plugins)
    return _(found.label) if found is not None else ""


def make_card(card: TopicCard, *, with_area: bool = True, why: str = "") -> CardView:
    """Return the card of a topic; `why` says why it is here."""
    topic, area = card.topic, card.area
    link = AreaLink(area.name, f"/a/{area.slug}/", area.slug, area.accent)
    return CardView(
        url=topic.url,
        title=topic.title,
        area=link if with_area else None,
        kind=kind_label(topic.kind, area.plugins),
        marks=topic_marks(
            pinned=topic.pinned_at is not None,
            locked=topic.locked_at is not None,
            hidden=topic.hidden_at is not None,
        ),
        replies=topic.reply_count,
        new=card.unread,
        unread=card.fresh,
        at=topic.last_post_at,
        text=topic.excerpt,
        why=why,
        people=card.people,
        more_people=max(0, topic.people_count - len(card.people)),
    )


def topic_marks(*, pinned: bool, locked: bool, hidden: bool) -> tuple[Mark, ...]:
    """Return the words that stand beside a title."""
    marks = []
    if pinned:
        marks.append(Mark(_("angeheftet"), "pin"))
    if locked:
        marks.append(Mark(_("geschlossen"), "lock"))
    if hidden:
        marks.append(Mark(_("ausgeblendet"), "eye-off"))
    return tuple(marks)
