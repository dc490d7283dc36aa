"""What there is to tell: collected once for all readers of a turn, permitted to nobody yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forum.api.data import (
    ActiveTopic,
    ReadableNews,
    collect_news,
    list_active_topics,
    list_plugin_areas,
    list_shown_news,
)
from forum.api.web import speaking


@dataclass(frozen=True, slots=True)
class Stock:
    """Topics and what plugins told, by language, out of areas where digests are on.

    `lines` are the ids from the root down to each area. `ranked` keeps what was put in order for
    readers of the same areas.
    """

    until: datetime
    names: Mapping[int, str]
    lines: Mapping[int, Sequence[int]]
    topics: Sequence[ActiveTopic]
    news: Mapping[str, Sequence[ReadableNews]]
    ranked: dict[frozenset[int], Sequence[ActiveTopic]] = field(default_factory=dict)


def load_stock(
    area_ids: Collection[int], languages: Collection[str], *, since: datetime, until: datetime
) -> Stock:
    """Collect what was new in these areas.

    Cost: three statements, and for each language four and those of the plugins.
    """
    areas = list_plugin_areas(area_ids)
    topics = list_active_topics(areas, since=since, until=until) if areas else []
    news = {}
    for language in sorted(languages):
        with speaking(language):
            found = collect_news(areas, since=since, until=until)
        news[language] = list_shown_news(found)
    names = {area.id: area.name for area in areas.values()}
    lines = {area.id: area.line for area in areas.values()}
    return Stock(until, names, lines, topics, news)
