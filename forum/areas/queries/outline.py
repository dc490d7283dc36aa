"""The whole tree in a few words per area: what a directory sorts, counts and finds in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.models import Area
from forum.areas.paths import SEGMENT, list_ids
from forum.areas.queries.tree import State, tell_state
from forum.core.database import db
from forum.core.wall import Viewer, as_viewer, may_read


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """An area in the outline; `summary` is empty where one may not know it.

    `parent_id` is the nearest area above that the viewer may know of.
    """

    id: int
    parent_id: int | None
    path: str
    depth: int
    kind: str
    slug: str
    name: str
    summary: str
    state: State


_OUTLINE: Final = sa.select(
    Area.id,
    Area.path,
    Area.depth,
    Area.kind,
    Area.slug,
    Area.name,
    sa.case((sa.or_(Area.effective != "hidden", may_read(Area.id)), Area.summary), else_="").label(
        "summary"
    ),
    Area.position,
    Area.joining,
    Area.everyone,
    Area.archived_at,
    Area.ends_at,
)


def list_outline(viewer: Viewer) -> list[OutlineRow]:
    """List all areas the viewer may know of as a tree: parents first, siblings by the alphabet.

    Cost: one statement; linear in areas, some 10 µs each.
    """
    with as_viewer(viewer):
        rows = db.session.execute(_OUTLINE).all()
    known = {row.id for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(_find_parent(row.path, known), []).append(row)
    return list(_walk(below))


def _find_parent(path: str, known: set[int]) -> int | None:
    above = list_ids(path[:-SEGMENT])
    return next((area_id for area_id in reversed(above) if area_id in known), None)


def _walk(below: dict[int | None, list[Any]]) -> Iterator[OutlineRow]:
    pending = [(None, row) for row in _sorted(below.get(None, []))]
    while pending:
        parent_id, row = pending.pop()
        yield OutlineRow(
            id=row.id,
            parent_id=parent_id,
            path=row.path,
            depth=row.depth,
            kind=row.kind,
            slug=row.slug,
            name=row.name,
            summary=row.summary,
            state=tell_state(row),
        )
        pending += [(row.id, child) for child in _sorted(below.get(row.id, []))]


def _sorted(siblings: list[Any]) -> list[Any]:
    """Sort the last first, as they are taken from the end."""
    return sorted(siblings, key=_place, reverse=True)


def _place(row: Any) -> tuple[int, str, int]:
    return (row.position, _alphabetical(row.name), row.id)


def _alphabetical(name: str) -> str:
    """Return the key of a name: ä as a, ß as ss. Source: DIN 5007-1."""
    if name.isascii():
        return name.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c < "\u0300")
