"""Notifications of plugins on their way to members: checked, narrowed to who may know, told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from forum.areas.queries import list_plugin_areas, list_readers
from forum.core.database import unscoped
from forum.core.services import service
from forum.core.silence import is_silent
from forum.discussions.queries import POST, TOPIC, list_muters
from forum.notifications.models import KEY
from forum.notifications.notices import clean
from forum.notifications.operations.counting import in_batches
from forum.notifications.operations.telling import News, tell
from forum.plugin import NotificationType
from forum.plugin.calling import require_own
from forum.plugin.loader import LoadedPlugin

MOST_VALUES: Final = 10
VALUE_CHARS: Final = 200
LARGEST: Final = 2**53
_TAKEN: Final = frozenset({"name", "title"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is told of; what is about a topic stands with its first post."""

    area_id: int
    topic_id: int | None = None
    post_id: int | None = None


def notify(
    name: str,
    user_ids: Collection[int],
    *,
    key: str,
    topic_id: int | None = None,
    post_id: int | None = None,
    area_id: int | None = None,
    actor_id: int | None = None,
    values: Mapping[str, str | int] | None = None,
) -> None:
    """Tell members something in the transaction of what happened, each once per type and key.

    `name` is a type of `register_notifications`. It is about a post, a topic or an area: one of the
    three ids says which. `actor_id` is who did it, who is not told; `values` fill the text. They
    hold no names and no words of members: those come from the ids, and go with them.

    Left out is who may not read there now, has muted the topic or is no active member. Nothing is
    told where the plugin is off, of what is hidden or deleted, and during imports. Whether the
    member may still read and the plugin is still on is asked again when it is shown and mailed.

    Errors: KeyError for a type that no loaded plugin registers; ForeignName for another plugin's;
    TypeError for a key, values or a place that do not fit.
    Cost: two statements, and seven per 500 members.
    """
    types = service("dispatcher").list_notifications()
    if name not in types:
        raise KeyError(f"no plugin registers {name!r} in register_notifications")
    require_own(name)
    _check(name, key, values or {})
    if sum(one is not None for one in (topic_id, post_id, area_id)) != 1:
        raise TypeError(f"{name} needs one of topic_id, post_id and area_id")
    if is_silent() or not user_ids:
        return
    plugin, found = types[name]
    place = _Place(area_id) if area_id is not None else _find_place(topic_id, post_id)
    if place is None or not _is_on(plugin, place.area_id):
        return
    news = _to_news(plugin, found, place, key=key, actor_id=actor_id, values=values or {})
    muters = list_muters(place.topic_id) if place.topic_id is not None else set()
    for batch in in_batches(set(user_ids) - muters):
        tell(news.to(dict.fromkeys(list_readers(place.area_id, batch), name)))


def _to_news(
    plugin: LoadedPlugin,
    found: NotificationType,
    place: _Place,
    *,
    key: str,
    actor_id: int | None,
    values: Mapping[str, str | int],
) -> News:
    return News(
        people={},
        plugin="" if plugin.builtin else plugin.name,
        key=key,
        values={k: clean(v) if isinstance(v, str) else v for k, v in values.items()},
        bundled=found.bundled,
        actor_id=actor_id,
        # A topic knows its area, and may move.
        area_id=place.area_id if place.topic_id is None else None,
        topic_id=place.topic_id,
        post_id=place.post_id,
    )


def _check(name: str, key: str, values: Mapping[str, str | int]) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= KEY or not key.isprintable():
        raise TypeError(f"{name}: a key is a line of 1 to {KEY} characters, got {key!r:.100}")
    if len(values) > MOST_VALUES:
        raise TypeError(f"{name}: at most {MOST_VALUES} values, got {len(values)}")
    for label, value in values.items():
        if not isinstance(label, str) or not label.isidentifier() or label in _TAKEN:
            raise TypeError(f"{name}: {label!r:.80} is no name for a value")
        if isinstance(value, str) and len(value) <= VALUE_CHARS and "\x00" not in value:
            continue
        if type(value) is not int or abs(value) > LARGEST:
            what = f"a text of at most {VALUE_CHARS} characters or a whole number"
            raise TypeError(f"{name}, {label}: expected {what}, got {value!r:.80}")


def _find_place(topic_id: int | None, post_id: int | None) -> _Place | None:
    """Return where a topic or post stands now, None when it does not show."""
    about = (
        POST.id == post_id
        if post_id is not None
        else sa.and_(POST.topic_id == topic_id, POST.parent_id.is_(None))
    )
    shows = sa.and_(
        POST.hidden_at.is_(None),
        POST.deleted_at.is_(None),
        TOPIC.hidden_at.is_(None),
        TOPIC.deleted_at.is_(None),
    )
    statement = (
        sa.select(TOPIC.area_id, TOPIC.id, POST.id.label("post_id"))
        .join(POST, POST.topic_id == TOPIC.id)
        .where(about, shows)
        .order_by(POST.seq)
        .limit(1)
    )
    with unscoped(
        "notifications: where a plugin tells of something is asked for nobody"
    ) as session:
        row = session.execute(statement).one_or_none()
    return None if row is None else _Place(row.area_id, row.id, row.post_id)


def _is_on(plugin: LoadedPlugin, area_id: int) -> bool:
    area = list_plugin_areas([area_id]).get(area_id)
    return area is not None and (plugin.builtin or plugin.name in area.plugins)
