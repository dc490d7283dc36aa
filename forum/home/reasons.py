"""Why a topic stands in a feed, in words: nothing is shown to a member without saying so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forum.areas.scope import RANK, Standing
from forum.discussions.queries import TopicCard
from forum.web.i18n import lazy_gettext as _l

_FOLLOWED: Final[Mapping[str, object]] = {
    "posted": _l("weil du mitgeschrieben hast"),
    "mentioned": _l("weil du erwähnt wurdest"),
}
_OWN_AREA: Final[Mapping[str, object]] = {
    "federation": _l("aus deinem Verband"),
    "region": _l("aus deiner Region"),
    "committee": _l("aus deinem Gremium"),
    "topic": _l("aus deinem Themenbereich"),
    "role": _l("passend zu deiner Funktion"),
    "adhoc": _l("aus deiner Arbeitsgruppe"),
}
_FOLLOWING: Final = _l("weil du diesem Thema folgst")
_STARTED: Final = _l("weil du es begonnen hast")
_LOOKED_AFTER: Final = _l("weil du diesen Bereich betreust")
_EVERYONE: Final = _l("für alle Mitglieder")
_OPEN: Final = _l("aus einem Bereich, den du lesen darfst")


def give_reason(card: TopicCard, standing: Standing) -> str:
    """Return the strongest reason why the viewer is shown this topic, "" for nobody."""
    user_id = standing.viewer.user_id
    if user_id is None:
        return ""
    if card.follow == "follow":
        return str(_say_followed(card, user_id))
    role = standing.grants.get(card.area.id)
    if role is not None and RANK[role] > RANK["member"]:
        return str(_LOOKED_AFTER)
    if card.area.everyone:
        return str(_EVERYONE)
    return str(_OPEN if role is None else _OWN_AREA[card.area.kind])


def _say_followed(card: TopicCard, user_id: int) -> object:
    if card.topic.author_id == user_id:
        return _STARTED
    return _FOLLOWED.get(card.follow_why, _FOLLOWING)
