"""What somebody has read of a topic: a floor and ranges of seqs above it. Pure, no database.

In a tree, order of arrival is scattered over the page, so one watermark would mark unseen posts
as read. Ranges are inclusive, sorted, apart from each other and from the floor by at least one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from forum.core import limits

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """Everything up to `floor` is read, and the `ranges` above it."""

    floor: int = 0
    ranges: tuple[Range, ...] = ()

    @property
    def count(self) -> int:
        """How many seqs are covered; unread is `last_seq - count`."""
        return self.floor + sum(last - first + 1 for first, last in self.ranges)

    def covers(self, seq: int) -> bool:
        """Tell whether the post with this seq is read."""
        return seq <= self.floor or any(first <= seq <= last for first, last in self.ranges)


NOTHING: Final = Read()


def mark(read: Read, seqs: Iterable[int]) -> Read:
    """Return the state with these seqs read as well.

    Above `limits.READ_RANGES` ranges the lowest gaps close: a long topic read here and there
    forgets which old posts were left out, never that a new one is there.
    Cost: linear in ranges and seqs after sorting.
    """
    wanted = sorted({seq for seq in seqs if seq > read.floor})
    if not wanted:
        return read
    merged = _merge(sorted([*read.ranges, *((seq, seq) for seq in wanted)]))
    floor, ranges = _sink(read.floor, merged)
    if len(ranges) > limits.READ_RANGES:
        floor, ranges = _collapse(floor, ranges, limits.READ_RANGES)
    return Read(floor, tuple(ranges))


def unite(one: Read, other: Read) -> Read:
    """Return what either has read; capped as with `mark`.

    Cost: linear in ranges after sorting.
    """
    merged = _merge(sorted([*one.ranges, *other.ranges]))
    floor = max(one.floor, other.floor)
    above = [(max(first, floor + 1), last) for first, last in merged if last > floor]
    floor, ranges = _sink(floor, above)
    if len(ranges) > limits.READ_RANGES:
        floor, ranges = _collapse(floor, ranges, limits.READ_RANGES)
    return Read(floor, tuple(ranges))


def mark_all(last_seq: int) -> Read:
    """Return the state of somebody who has read everything up to now."""
    return Read(last_seq)


def first_unread(read: Read, last_seq: int) -> int | None:
    """Return the lowest unread seq, None when everything is read."""
    lowest = read.floor + 1
    return lowest if lowest <= last_seq else None


def _merge(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _sink(floor: int, ranges: list[Range]) -> tuple[int, list[Range]]:
    """Let the floor rise through the ranges that touch it."""
    if ranges and ranges[0][0] <= floor + 1:
        return max(floor, ranges[0][1]), ranges[1:]
    return floor, ranges


def _collapse(floor: int, ranges: list[Range], most: int) -> tuple[int, list[Range]]:
    """Close the lowest gaps until the cap holds: what lies below counts as read."""
    surplus = len(ranges) - most
    return _sink(ranges[surplus - 1][1], ranges[surplus:])
