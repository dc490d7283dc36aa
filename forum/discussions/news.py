"""What plugins tell as new in areas (`collect_digest_items`), and who may be told of it.

Collected once for all readers, then asked for each reader: a digest keeps what it collected and
asks `list_readable_news` when it composes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.queries import PluginArea, list_plugin_areas, list_readable_ids
from forum.areas.scope import Scope, area_ref
from forum.core import limits
from forum.core.among import among
from forum.core.database import db, unscoped
from forum.core.services import service
from forum.core.wall import Viewer, as_viewer, without_viewer
from forum.discussions.queries.rows import POST, TOPIC, VISIBLE, topic_url
from forum.discussions.queries.rows import post_url as _post_url
from forum.plugin.types import AreaRef, DigestItem, DigestWindow

_TOPICS: Final = sa.select(TOPIC.id, TOPIC.area_id, TOPIC.slug).where(
    among(TOPIC.id, "ids"), VISIBLE
)
_POSTS: Final = sa.select(POST.id, POST.topic_id, POST.seq).where(
    among(POST.id, "ids"), POST.hidden_at.is_(None), POST.deleted_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class News:
    """An item with the plugin that told it."""

    plugin: str
    item: DigestItem


@dataclass(frozen=True, slots=True)
class ReadableNews:
    """An item that a reader may be told of, and the path of the page it leads to."""

    plugin: str
    item: DigestItem
    path: str


def collect_news(
    area_ids: Collection[int],
    *,
    since: datetime,
    until: datetime,
    limit: int = limits.FEED_ENTRIES,
) -> list[News]:
    """Ask the plugins that are on in these areas, each once, in the language being spoken.

    The result is for nobody yet: see `list_readable_news`.
    Cost: one statement and those of the plugins, whatever the number of areas.
    """
    places = {
        AreaRef(area.id, area.slug, area.name): area.plugins
        for area in list_plugin_areas(area_ids).values()
    }
    return _collect(places, since=since, until=until, limit=limit)


def collect_news_of(scope: Scope, *, since: datetime, until: datetime) -> list[News]:
    """Ask the plugins that are on in the area at hand. Cost: that of the plugins."""
    return _collect(
        {area_ref(scope): scope.plugins}, since=since, until=until, limit=limits.FEED_ENTRIES
    )


def list_readable_news(viewer: Viewer, news: Sequence[News]) -> list[ReadableNews]:
    """Return what of it the viewer may read now, where the plugin is on now.

    Left out is what is about a topic that has moved, and topics and posts that are hidden.
    Cost: four statements at most, none when there is nothing.
    """
    if not news:
        return []
    with as_viewer(viewer):
        readable = list_readable_ids(viewer)
        areas = list_plugin_areas({one.item.area_id for one in news} & readable)
        return _keep_shown(db.session, news, areas)


def list_shown_news(news: Sequence[News]) -> list[ReadableNews]:
    """Return what of it shows to whoever reads its area: for many readers whose areas are known.

    Cost: three statements at most, none when there is nothing.
    """
    if not news:
        return []
    areas = list_plugin_areas({one.item.area_id for one in news})
    with unscoped("discussions: news are collected once for many readers") as session:
        return _keep_shown(session, news, areas)


def _keep_shown(
    session: Any, news: Sequence[News], areas: Mapping[int, PluginArea]
) -> list[ReadableNews]:
    topics = _read(session, _TOPICS, (one.item.topic_id for one in news))
    posts = _read(session, _POSTS, (one.item.post_id for one in news))
    found = []
    for one in news:
        area = areas.get(one.item.area_id)
        path = _find_path(one.item, topics, posts)
        if area is not None and one.plugin in area.plugins and path is not None:
            found.append(ReadableNews(one.plugin, one.item, path or f"/a/{area.slug}/"))
    return found


def _collect(
    places: Mapping[AreaRef, frozenset[str]], *, since: datetime, until: datetime, limit: int
) -> list[News]:
    dispatcher = service("dispatcher")
    found: list[News] = []
    for plugin in sorted(frozenset().union(*places.values())):
        areas = tuple(area for area, active in places.items() if plugin in active)
        hooks = dispatcher.for_area(frozenset({plugin}), only=plugin)
        window = DigestWindow(areas=areas, since=since, until=until, limit=limit)
        with without_viewer():
            given = hooks.collect_digest_items(window)
        for name, items in given:
            found.extend(News(name, item) for item in _cut(items, limit))
    return sorted(found, key=lambda one: (one.item.at, one.plugin, one.item.key), reverse=True)


def _cut(items: Iterable[DigestItem], limit: int) -> list[DigestItem]:
    """Keep the newest `limit` items of each area."""
    taken: dict[int, int] = {}
    kept = []
    for item in sorted(items, key=lambda item: (item.at, item.key), reverse=True):
        taken[item.area_id] = taken.get(item.area_id, 0) + 1
        if taken[item.area_id] <= limit:
            kept.append(item)
    return kept


def _read(session: Any, statement: Any, ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = sorted({number for number in ids if number is not None})
    rows = session.execute(statement, {"ids": wanted}) if wanted else ()
    return {row.id: row for row in rows}


def _find_path(item: DigestItem, topics: Mapping[int, Any], posts: Mapping[int, Any]) -> str | None:
    """Return where the item leads, "" for the area; None when what it is about is not there."""
    if item.topic_id is None:
        return item.path
    topic = topics.get(item.topic_id)
    if topic is None or topic.area_id != item.area_id:
        return None
    if item.post_id is None:
        return item.path or topic_url(topic.id, topic.slug)
    post = posts.get(item.post_id)
    if post is None or post.topic_id != topic.id:
        return None
    return item.path or _post_url(topic.id, post.seq)
