"""Why a topic stands in a feed, in words: nothing is shown to a member without saying so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from forum.areas.scope import RANK, OwnArea, Standing
from forum.discussions.queries import TopicLine
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


def give_reasons(lines: Iterable[TopicLine], standing: Standing) -> dict[int, str]:
    """Return by topic the strongest reason why the viewer is shown it; none to nobody."""
    if standing.viewer.user_id is None:
        return {}
    own = {area.id: area for area in standing.areas}
    return {line.id: str(_find_reason(line, standing, own)) for line in lines}


def _find_reason(line: TopicLine, standing: Standing, own: Mapping[int, OwnArea]) -> object:
    if line.follow == "follow":
        started = line.author_id == standing.viewer.user_id
        return _STARTED if started else _FOLLOWED.get(line.follow_why, _FOLLOWING)
    role, area = standing.grants.get(line.area_id), own.get(line.area_id)
    if role is not None and RANK[role] > RANK["member"]:
        return _LOOKED_AFTER
    if area is None:
        return _OPEN
    return _EVERYONE if area.everyone else _OWN_AREA[area.kind]
