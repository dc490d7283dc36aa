"""The materialised path of an area: ids from the root to it, each a fixed-width base-36 segment."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

SEGMENT: Final = 6
DEPTH: Final = 20
"""Levels a tree may have; far above any federation, far below what the column holds."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_AFTER: Final = "{"  # the character behind `z`: ends the range of a subtree


def make_segment(area_id: int) -> str:
    """Write an id as a segment."""
    digits = []
    while area_id:
        area_id, digit = divmod(area_id, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rjust(SEGMENT, "0")


def list_ids(path: str) -> tuple[int, ...]:
    """Read the ids of a path, root first."""
    return tuple(int(path[i : i + SEGMENT], 36) for i in range(0, len(path), SEGMENT))


def is_within(path: str, ancestor: str) -> bool:
    """Tell whether a path lies in the subtree of another, itself included."""
    return path.startswith(ancestor)


def within(column: Any, ancestor: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a path column lies in a subtree: one index range."""
    return sa.and_(column >= ancestor, column < ancestor + _AFTER)
