"""What a process keeps between requests: whole pages and parts of pages, under complete versions.

Nothing is served on a guess: a version is read first, and it changes in the commit of whatever
changes what is shown. What only the clock changes (a poll ends, a grant) is why things grow old.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app

from forum.core import clock
from forum.core.database import get_mode
from forum.core.stamps import get_stamp
from forum.plugin.types import AreaPage, TopicPage
from forum.web.i18n import locale

STATE: Final = "forum.kept"
LIFETIME: Final = timedelta(seconds=30)
PART_BYTES: Final = 24 * 2**20
NOTHING: Final = object()
"""Kept for a key that stands for nothing, so that it is not asked for again."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, the version it was made under, until when it may be used, what it weighs."""

    value: Any
    version: Hashable
    until: datetime
    weight: int


class Kept:
    """Values by key, the least used ones dropped first."""

    def __init__(self, *, most: int, lifetime: timedelta = LIFETIME) -> None:
        self._most = most
        self._lifetime = lifetime
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def find(self, key: Hashable, version: Hashable) -> Any | None:
        """Return the value when it was made under this very version and is not too old."""
        return self.find_all((key,), version)[0]

    def find_all(self, keys: Iterable[Hashable], version: Hashable) -> list[Any | None]:
        """Return the values of these keys in their order, None for what there is not."""
        now = clock.now()
        with self._lock:
            return [self._find(key, version, now) for key in keys]

    def _find(self, key: Hashable, version: Hashable, now: datetime) -> Any | None:
        entry = self._entries.get(key)
        if entry is None or entry.version != version or not _is_fresh(entry, now, self._lifetime):
            return None
        self._entries.move_to_end(key)
        return entry.value

    def keep(self, key: Hashable, version: Hashable, value: Any, *, weight: int) -> None:
        """Keep a value in the place of the one before; `weight` is about its bytes."""
        entry = Entry(value, version, clock.now() + self._lifetime, weight)
        with self._lock:
            before = self._entries.pop(key, None)
            self._weight += weight - (before.weight if before else 0)
            self._entries[key] = entry
            while self._weight > self._most:
                _key, dropped = self._entries.popitem(last=False)
                self._weight -= dropped.weight

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._weight = 0


def _is_fresh(entry: Entry, now: datetime, lifetime: timedelta) -> bool:
    """A clock that was set back (a test's, a machine's) must not keep things for longer."""
    return now < entry.until <= now + lifetime


def keep_part(key: tuple[Hashable, ...], make: Callable[[], T], *, weight: int = 1_000) -> T:
    """Return a part of a page that changes with nothing but what stamps pages.

    `key` names the part and everything it was made of: ids, versions, and the viewer as far as
    they see something else than others. While something is being written nothing kept is used.
    Cost: one statement per request for nobody (members bring the stamp along), else that of `make`.
    """
    if get_mode() == "write":
        return make()
    parts = cast(Kept, current_app.extensions[STATE])
    whole, stamp = (*key, locale()), get_stamp()
    found = parts.find(whole, stamp)
    if found is None:
        found = make()
        parts.keep(whole, stamp, found, weight=weight)
    return cast(T, found)


def keep_for_topic(page: TopicPage, name: str, make: Callable[[], T]) -> T:
    """Return what a plugin found out about the posts of a page, until the topic changes.

    For what every reader of the topic may see and sees alike; `name` begins with the plugin's.
    Whatever changes it has to touch the topic (`forum.api.data.touch_topic`).
    Cost: that of `make`, once for all readers between two changes.
    """
    posts = tuple(post.id for post in page.posts)
    return keep_part(("topic", name, page.topic.id, page.version, posts), make)


def keep_for_area(page: AreaPage, name: str, make: Callable[[], T]) -> T:
    """Return what a plugin found out about an area, until something happens that stamps pages.

    For what every reader of the area may see and sees alike; `name` begins with the plugin's.
    Whatever changes it has to be an event that stamps pages or an entry of the audit log.
    Cost: that of `make`, once for all readers between two changes.
    """
    return keep_part(("area", name, page.area.id), make)


def keep_each(
    kind: str, keys: Iterable[K], make: Callable[[list[K]], Mapping[K, T]], *, weight: int = 300
) -> dict[K, T]:
    """Return many small parts by key, as `keep_part` does one; `make` is asked for what lacks.

    Keys that `make` does not know are left out.
    """
    if get_mode() == "write":
        return dict(make(list(keys)))
    parts = cast(Kept, current_app.extensions[STATE])
    spoken, stamp = locale(), get_stamp()
    asked = list(keys)
    known = parts.find_all([(kind, key, spoken) for key in asked], stamp)
    found: dict[K, object] = dict(zip(asked, known, strict=True))
    missing = [key for key, part in found.items() if part is None]
    if missing:
        made = make(missing)
        for key in missing:
            found[key] = made.get(key, NOTHING)
            parts.keep((kind, key, spoken), stamp, found[key], weight=weight)
    return {key: cast(T, part) for key, part in found.items() if part is not NOTHING}


def install_kept(app: Flask) -> None:
    """Give the app its kept parts."""
    app.extensions[STATE] = Kept(most=PART_BYTES)
