"""What hangs on what in a batch of an import: on each other, on posts that stand, on roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forum.discussions import threading
from forum.discussions.operations.rendering import Rendering

if TYPE_CHECKING:
    from forum.discussions.operations.imports import ImportRecord


@dataclass(slots=True, eq=False)
class Item:
    """A record on its way in; `parent_key` is the item of the batch that it hangs on."""

    record: ImportRecord
    rendering: Rendering
    topic_id: int = 0
    seq: int = 0
    parent_key: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A post that stands."""

    id: int
    topic_id: int
    author_id: int
    place: threading.Place


def choose_parents(
    items: Sequence[Item], stored: dict[str | int, Stored], roots: dict[int, Stored]
) -> None:
    """Decide for each item what it hangs on within the batch.

    Whoever names no parent we know hangs on the topic's root; a topic that has none yet is opened
    by the first such item, or by its first item at all.
    """
    by_key = {item.record.key: item for item in items}
    openers: dict[int, Item] = {}
    for item in items:
        parent = item.record.parent
        found = by_key.get(parent) if isinstance(parent, str) else None
        if found is not None and found.topic_id == item.topic_id:
            item.parent_key = found.record.key
        elif item.topic_id not in roots and find_given(item, stored, {}) is None:
            opener = openers.setdefault(item.topic_id, item)
            item.parent_key = None if opener is item else opener.record.key


def find_given(
    item: Item, stored: dict[str | int, Stored], roots: dict[int, Stored]
) -> Stored | None:
    """Return the post that stands already and that the item hangs on; None for a root."""
    parent = item.record.parent
    given = stored.get(parent) if isinstance(parent, int) else None
    if given is not None and given.topic_id == item.topic_id:
        return given
    return roots.get(item.topic_id)


def hang(parents: dict[int, int | None], child: int, parent: int) -> None:
    """Hang a post on another; a late parent that hung on its own child takes the child's place."""
    if parents[parent] == child:
        parents[parent] = parents[child]
    above: int | None = parent
    while above is not None:
        if above == child:
            return  # a circle in the source: the post stays where it is
        above = parents[above]
    parents[child] = parent
