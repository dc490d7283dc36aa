"""Where a post stands in its tree: sortable paths, made and rewritten. Pure, no database.

A path has one fixed-width base-36 segment (a seq) per level, so sorting paths as bytes walks the
tree: parents before children, siblings in order of arrival. Below level 64 a reply takes the path
of its ancestor there and follows it by seq: an index row over 2.7 kB is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from forum.core import limits

WIDTH: Final = 4
LENGTH: Final = WIDTH * limits.TREE_DEPTH
LARGEST: Final = 36**WIDTH - 1
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: `depth` is true at any level, `path` stops at level 64."""

    path: str
    depth: int


@dataclass(frozen=True, slots=True)
class Hung:
    """A post and what it hangs on (None: it is a root), as `rewrite_subtree` wants it."""

    id: int
    seq: int
    parent_id: int | None


def segment(seq: int) -> str:
    """Write a seq as one segment.

    Errors: ValueError outside 0 … 1,679,615.
    """
    if not 0 <= seq <= LARGEST:
        raise ValueError("a topic holds at most 1,679,615 posts")
    digits = ""
    for _ in range(WIDTH):
        seq, digit = divmod(seq, 36)
        digits = _DIGITS[digit] + digits
    return digits


def place_root(seq: int) -> Place:
    """Return the place of a post that answers nothing."""
    return Place(segment(seq), 0)


def place_reply(parent: Place, seq: int) -> Place:
    """Return the place of a reply to the post at `parent`."""
    if len(parent.path) >= LENGTH:
        return Place(parent.path, parent.depth + 1)
    return Place(parent.path + segment(seq), parent.depth + 1)


def rewrite_subtree(posts: Iterable[Hung], *, under: Mapping[int, Place]) -> dict[int, Place]:
    """Return the new places of posts whose ancestors have changed (late parent, split, merge).

    Shapes: `posts` holds the whole subtrees; `under` the places of parents that stay where they
    are. A post whose parent is in neither becomes a root.
    Errors: ValueError when the posts answer each other in a circle.
    Cost: one walk; no recursion, so any depth.
    """
    hung = {post.id: post for post in posts}
    children: dict[int, list[Hung]] = {}
    placed: dict[int, Place] = {}
    for post in hung.values():
        above = under.get(post.parent_id) if post.parent_id is not None else None
        if post.parent_id is not None and post.parent_id in hung:
            children.setdefault(post.parent_id, []).append(post)
        elif above is not None:
            placed[post.id] = place_reply(above, post.seq)
        else:
            placed[post.id] = place_root(post.seq)
    waiting = list(placed)
    while waiting:
        parent_id = waiting.pop()
        for child in children.get(parent_id, ()):
            placed[child.id] = place_reply(placed[parent_id], child.seq)
            waiting.append(child.id)
    if len(placed) < len(hung):
        raise ValueError("posts answer each other in a circle")
    return placed
