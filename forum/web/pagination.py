"""Pages cut by key: a cursor names the last row seen, never an offset.

A view fetches `limit + 1` rows after (or before) the cursor; `cut_page` does the rest.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from forum.core.errors import NotFound

T = TypeVar("T")
Key = tuple[int | str | datetime, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 400
# What no database takes as text: NUL, halves of surrogate pairs.
_ODD = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and the cursors of their neighbours (None: there is no such page)."""

    items: list[T]
    next: str | None = None
    prev: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page starts: `after` a key, `before` one, or at the top when both are None.

    With `room` so many rows are asked for whatever the limit: statements are kept by their size.
    """

    after: Key | None = None
    before: Key | None = None
    limit: int = 20
    room: int = 0

    @classmethod
    def from_args(
        cls, args: Mapping[str, str], shape: Sequence[type], *, limit: int = 20, room: int = 0
    ) -> Cut:
        """Read `?after=` or `?before=`.

        Shapes: `shape` lists the types of the key's parts (int, str, datetime).
        Errors: NotFound for a cursor that is none of ours.
        """
        after, before = args.get("after", ""), args.get("before", "")
        if after:
            return cls(after=decode_key(after, shape), limit=limit, room=room)
        if before:
            return cls(before=decode_key(before, shape), limit=limit, room=room)
        return cls(limit=limit, room=room)

    @property
    def fetch(self) -> int:
        """How many rows to ask for: one more tells whether there is another page."""
        return max(self.limit, self.room) + 1


def cut_page(rows: Sequence[T], cut: Cut, key: Callable[[T], Key]) -> Page[T]:
    """Make the page of the rows fetched.

    Shapes: rows in reading order; with `cut.before` in reverse, nearest to the cursor first.
    """
    more = len(rows) > cut.limit
    items = list(rows[: cut.limit])
    if cut.before is not None:
        items.reverse()
    if not items:
        return Page(items)
    first, last = encode_key(key(items[0])), encode_key(key(items[-1]))
    if cut.before is not None:
        return Page(items, next=last, prev=first if more else None)
    return Page(items, next=last if more else None, prev=first if cut.after else None)


def encode_key(key: Key) -> str:
    """Write a key as an opaque cursor."""
    parts = [_micros(part) if isinstance(part, datetime) else part for part in key]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_key(cursor: str, shape: Sequence[type]) -> Key:
    """Read a cursor back.

    Errors: NotFound for anything but a key of this shape.
    """
    if len(cursor) > _LONGEST:
        raise NotFound
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(shape):
            raise NotFound
        return tuple(_typed(part, kind) for part, kind in zip(parts, shape, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotFound from error


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _typed(part: object, kind: type) -> int | str | datetime:
    if kind is str and isinstance(part, str) and not _ODD.search(part):
        return part
    if isinstance(part, bool) or not isinstance(part, int) or abs(part) >= 2**63:
        raise TypeError("wrong type in cursor")
    if kind is datetime:
        return _EPOCH + timedelta(microseconds=part)
    if kind is int:
        return part
    raise TypeError("wrong type in cursor")
