"""The tree as pages show it: path, children, directory. All walled by what one may discover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from forum.areas.models import Application, Area, Grant, in_force
from forum.areas.paths import list_ids, within
from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.scope import AreaRow, Scope, Standing
from forum.core import clock, limits
from forum.core.among import among
from forum.core.database import at_most, db
from forum.core.wall import Viewer, as_viewer, is_own, may_read
from forum.web.people import Person

State = Literal["open", "apply", "invite", "closed", "archived"]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the path."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A line of the directory; what shows activity is None where one may not read.

    `applied`: the viewer waits for an answer to an application.
    """

    id: int
    parent_id: int | None
    path: str
    flow: tuple[int, ...]
    depth: int
    kind: str
    slug: str
    name: str
    summary: str
    accent: str
    state: State
    effective: str
    sealed: bool
    reads: bool
    last_post_at: datetime | None
    member_count: int | None
    topic_count: int | None
    chair: Person | None
    applied: bool


@dataclass(frozen=True, slots=True)
class TreeFilters:
    """What the directory is narrowed to; `under` keeps a subtree."""

    kind: str = ""
    state: State | Literal[""] = ""
    text: str = ""
    under: AreaRow | None = None


_APPLIED = sa.exists().where(
    Application.area_id == Area.id, is_own(Application.user_id), Application.state == "pending"
)
_ROW = (
    Area.id,
    Area.parent_id,
    Area.path,
    Area.flow,
    Area.depth,
    Area.kind,
    Area.slug,
    Area.name,
    Area.summary,
    Area.accent,
    Area.joining,
    Area.everyone,
    Area.archived_at,
    Area.ends_at,
    Area.effective,
    Area.sealed,
    Area.last_post_at,
    Area.member_count,
    Area.topic_count,
    may_read(Area.id).label("reads"),
    _APPLIED.label("applied"),
)

_above: Final = aliased(Area)
_WITH_ABOVE: Final = sa.select(*_ROW, _above.slug.label("above_slug")).outerjoin(
    _above, _above.id == Area.parent_id
)
_LINES: Final = (
    _WITH_ABOVE.where(Area.id > sa.bindparam("after"))
    .order_by(Area.id)
    .limit(at_most(limits.API_ROWS + 1))
)
_LINE: Final = _WITH_ABOVE.where(Area.id == sa.bindparam("area_id"))

_PATH: Final = sa.select(Area.name, Area.slug).where(among(Area.id, "ids")).order_by(Area.depth)
_CHILDREN: Final = (
    sa.select(Area.name, Area.slug)
    .where(Area.parent_id == sa.bindparam("parent"), Area.archived_at.is_(None))
    .order_by(Area.position, Area.name, Area.id)
    .limit(limits.CHILDREN)
)


def list_path(scope: Scope) -> list[Crumb]:
    """List the areas from the root to this one, without those the viewer may not know of.

    Cost: one statement.
    """
    values = {"ids": list_ids(scope.area.path)}
    with as_viewer(scope.viewer):
        return [Crumb(*row) for row in db.session.execute(_PATH, values)]


def list_children(scope: Scope) -> list[Crumb]:
    """List the open areas directly below that the viewer may know of, `limits.CHILDREN` at most.

    Cost: one statement.
    """
    with as_viewer(scope.viewer):
        return [Crumb(*row) for row in db.session.execute(_CHILDREN, {"parent": scope.area.id})]


def list_tree(viewer: Viewer, filters: TreeFilters = TreeFilters()) -> list[TreeRow]:
    """List all areas the viewer may know of, parents before children.

    Cost: two statements; linear in areas.
    """
    where = sa.and_(*_narrow(filters))
    rows = _list(viewer, where, (Area.depth, Area.position, Area.name, Area.id))
    words = filters.text.casefold().split()[:8]
    return _in_tree_order(
        [row for row in rows if filters.state in ("", row.state) and _mentions(row, words)]
    )


def list_rows(viewer: Viewer, ids: Collection[int]) -> dict[int, TreeRow]:
    """Return these areas by id, without those the viewer may not know of.

    Cost: two statements, none for no ids.
    """
    if not ids:
        return {}
    return {row.id: row for row in _list(viewer, Area.id.in_(sorted(ids)), (Area.id,))}


def list_regions_up(standing: Standing) -> list[TreeRow]:
    """List the regions somebody belongs to and what is above them, the nearest first.

    Only what they may read; whoever belongs to none gets nothing.
    Cost: two statements, none for who belongs to no region.
    """
    own = [area for area in standing.areas if area.kind == "region"]
    found = list_rows(standing.viewer, {one for area in own for one in list_ids(area.path)})
    rows = [row for row in found.values() if row.reads and row.kind in ("region", "federation")]
    return sorted(rows, key=lambda row: (-row.depth, row.name, row.id))


def list_lines(viewer: Viewer, *, after_id: int = 0) -> list[tuple[TreeRow, str | None]]:
    """Return areas that the viewer may know of, the oldest first, each with the slug above.

    So many as the API gives at once, and one more.

    The one above is None where the viewer may not know of it. Who chairs is left out.
    Cost: one statement.
    """
    with as_viewer(viewer):
        rows = db.session.execute(_LINES, {"after": after_id}).all()
    return [(_to_tree_row(row, {}), row.above_slug) for row in rows]


def find_line(viewer: Viewer, area_id: int) -> tuple[TreeRow, str | None] | None:
    """Return one area as `list_lines` does, None when the viewer may not know of it."""
    with as_viewer(viewer):
        row = db.session.execute(_LINE, {"area_id": area_id}).one_or_none()
    return None if row is None else (_to_tree_row(row, {}), row.above_slug)


def _narrow(filters: TreeFilters) -> Iterable[sa.ColumnElement[bool]]:
    yield sa.true()
    if filters.kind:
        yield Area.kind == filters.kind
    if filters.under is not None:
        yield within(Area.path, filters.under.path)


def _mentions(row: TreeRow, words: Sequence[str]) -> bool:
    """Tell whether all words occur in what is shown; databases fold letters differently."""
    shown = f"{row.name} {row.summary}".casefold()
    return all(word in shown for word in words)


def _list(viewer: Viewer, where: Any, order: Sequence[Any]) -> list[TreeRow]:
    chairs = (
        sa.select(Grant.area_id, *PERSON)
        .join(USER, USER.c.id == Grant.user_id)
        .join(Area, Area.id == Grant.area_id)
        .where(Grant.title == "chair", in_force(), where)
        .order_by(Grant.starts_at, Grant.id)
    )
    with as_viewer(viewer):
        rows = db.session.execute(sa.select(*_ROW).where(where).order_by(*order)).all()
        found = db.session.execute(chairs).all() if rows else []
    by_area = {row.area_id: to_person(row) for row in found}
    return [_to_tree_row(row, by_area) for row in rows]


def _to_tree_row(row: Any, chairs: Mapping[int, Person | None]) -> TreeRow:
    return TreeRow(
        id=row.id,
        parent_id=row.parent_id,
        path=row.path,
        flow=tuple(row.flow),
        depth=row.depth,
        kind=row.kind,
        slug=row.slug,
        name=row.name,
        summary=row.summary if row.reads or row.effective != "hidden" else "",
        accent=row.accent,
        state=tell_state(row),
        effective=row.effective,
        sealed=row.sealed,
        reads=row.reads,
        last_post_at=row.last_post_at if row.reads else None,
        member_count=row.member_count if row.reads else None,
        topic_count=row.topic_count if row.reads else None,
        chair=chairs.get(row.id),
        applied=row.applied,
    )


def tell_state(area: Any) -> State:
    """Say how one gets into an area, in one word; takes an AreaRow or a row of the directory."""
    if area.archived_at is not None or (area.ends_at is not None and area.ends_at <= clock.now()):
        return "archived"
    if area.everyone or area.joining == "open":
        return "open"
    return area.joining if area.joining in ("apply", "invite") else "closed"


def _in_tree_order(rows: list[TreeRow]) -> list[TreeRow]:
    """Put children behind their parents; whose parent is missing stands at the top level."""
    present = {row.id for row in rows}
    children: dict[int | None, list[TreeRow]] = {}
    for row in rows:
        parent = row.parent_id if row.parent_id in present else None
        children.setdefault(parent, []).append(row)
    ordered: list[TreeRow] = []
    pending = children.get(None, [])[::-1]
    while pending:
        row = pending.pop()
        ordered.append(row)
        pending += children.get(row.id, [])[::-1]
    return ordered


def get_own_look(scope: Scope) -> tuple[str, str]:
    """Return theme and accent that the area has chosen itself, "" where it inherits.

    Cost: one statement.
    """
    statement = sa.select(Area.own_theme, Area.own_accent).where(Area.id == scope.area.id)
    with as_viewer(scope.viewer):
        row = db.session.execute(statement).one()
    return row.own_theme, row.own_accent


def count_below(scope: Scope) -> int:
    """Count the areas below that the viewer may know of. Cost: one statement."""
    below = sa.select(sa.func.count()).select_from(Area).where(within(Area.path, scope.area.path))
    with as_viewer(scope.viewer):
        return int(db.session.scalar(below) or 1) - 1
