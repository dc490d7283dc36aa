"""Topics as cards of lists and feeds: what the rows say, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

from markupsafe import Markup

from forum.areas.scope import Scope
from forum.discussions.kinds import kind_label, tell_topics
from forum.discussions.queries import TopicCard, TopicLine, find_cards
from forum.plugin.types import TopicRef
from forum.web.cards import CardView, card_labels
from forum.web.dates import clockface
from forum.web.frame import AreaLink
from forum.web.i18n import gettext as _
from forum.web.kept import keep_each
from forum.web.posts import Mark
from forum.web.render import render_macro

CARD_BYTES: Final = 1_500


class _Key(NamedTuple):
    """All that decides what a card looks like, beside what stamps pages."""

    topic: int
    version: int
    unread: int
    fresh: bool
    why: str
    with_area: bool
    theme: str
    today: date
    zone: str


def show_cards(
    lines: Iterable[TopicLine],
    *,
    scope: Scope | None = None,
    reasons: Mapping[int, str] = MappingProxyType({}),
) -> Markup:
    """Return the cards of a list, of one area when there is a scope; `reasons` say why they come.

    Cost: that of `find_cards` for those that nobody was shown since they changed.
    """
    face = clockface()
    with_area, theme = scope is None, scope.area.theme if scope else ""
    keys = [
        _Key(
            *(line.id, line.version, line.unread, line.fresh, reasons.get(line.id, "")),
            *(with_area, theme, face.today, face.zone.key),
        )
        for line in lines
    ]
    found = keep_each("card", keys, partial(_render_cards, scope), weight=CARD_BYTES)
    return Markup("").join(found[key] for key in keys if key in found)


def _render_cards(scope: Scope | None, keys: list[_Key]) -> dict[_Key, Markup]:
    cards, labels = find_cards([key.topic for key in keys]), card_labels()
    badges = tell_topics("badge", ((_ref(card), card.area.plugins) for card in cards.values()))
    return {
        key: render_macro(
            "_macros/card.html", "card", _view(cards[key.topic], key, badges), labels, scope=scope
        )
        for key in keys
        if key.topic in cards
    }


def _ref(card: TopicCard) -> TopicRef:
    topic = card.topic
    return TopicRef(topic.id, topic.area_id, topic.kind, topic.title)


def _view(card: TopicCard, key: _Key, badges: Mapping[int, str]) -> CardView:
    topic, area = card.topic, card.area
    link = AreaLink(area.name, f"/a/{area.slug}/", area.slug, area.accent)
    return CardView(
        url=topic.url,
        title=topic.title,
        area=link if key.with_area else None,
        kind=kind_label(topic.kind, area.plugins),
        badge=badges.get(topic.id, ""),
        marks=topic_marks(
            pinned=topic.pinned_at is not None,
            locked=topic.locked_at is not None,
            hidden=topic.hidden_at is not None,
        ),
        replies=topic.reply_count,
        new=key.unread,
        unread=key.fresh,
        at=topic.last_post_at,
        text=topic.excerpt,
        why=key.why,
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
