"""Who the viewer is in the tree, and the area at hand: what every request begins with."""

from __future__ import annotations

from typing import Any, Final, cast

import sqlalchemy as sa

from forum.areas.models import Area, AreaSlug, Grant, in_force
from forum.areas.scope import RANK, SYSTEM, AreaRow, OwnArea, Role, Scope, Standing, make_scope
from forum.core.database import db, unscoped
from forum.core.errors import NotFound
from forum.core.wall import Viewer, as_viewer, may_read

AREA = Area
"""For joins of other features: `.join(AREA, AREA.id == Topic.area_id)`."""

_FIELDS: Final = tuple(AreaRow.__dataclass_fields__)

_COLUMNS: Final[tuple[sa.ColumnElement[Any], ...]] = (
    *(getattr(Area, name) for name in _FIELDS),
    may_read(Area.id).label("reads"),
)

_BY_SLUG: Final = sa.select(*_COLUMNS).where(Area.slug == sa.bindparam("slug"))
_BY_ID: Final = sa.select(*_COLUMNS).where(Area.id == sa.bindparam("area_id"))
_BY_OLD_SLUG: Final = (
    sa.select(Area.slug)
    .join(AreaSlug, AreaSlug.area_id == Area.id)
    .where(AreaSlug.slug == sa.bindparam("slug"))
)


def _select_own() -> sa.Select[*tuple[Any, ...]]:
    """The areas with a grant in force, and those that everyone belongs to."""
    me = sa.bindparam("me", type_=sa.Integer)
    mine = sa.and_(Grant.area_id == Area.id, Grant.user_id == me, in_force())
    held = sa.select(Grant.area_id).where(Grant.user_id == me)
    everyones = sa.select(Area.id).where(Area.everyone)
    return (
        sa.select(
            Area.id,
            Area.parent_id,
            Area.path,
            Area.depth,
            Area.kind,
            Area.slug,
            Area.name,
            Area.accent,
            Area.position,
            Area.everyone,
            Area.casual,
            Area.topics_by,
            Area.closed,
            Area.ends_at,
            Area.archived_at,
            Grant.role,
        )
        .outerjoin(Grant, mine)
        .where(Area.id.in_(held.union(everyones)), sa.or_(Area.everyone, Grant.id.is_not(None)))
    )


_OWN: Final = _select_own()


class AddressChanged(NotFound):
    """The area has another address now: `slug`."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


def get_standing(viewer: Viewer, *, operator: bool = False) -> Standing:
    """Return what the viewer is anywhere, with the own areas in the order of the tree.

    `operator` is the caller's to know: it is a role on the site, not in the tree.
    Cost: one statement, none for anonymous viewers.
    """
    if viewer.user_id is None:
        return Standing(viewer=viewer, grants={}, operator=operator)
    with as_viewer(viewer):
        rows = db.session.execute(_OWN, {"me": viewer.user_id}).all()
    grants: dict[int, Role] = {}
    areas: dict[int, OwnArea] = {}
    for row in rows:
        role = cast(Role, row.role or "member")
        if row.role is not None and _rank(role) > _rank(grants.get(row.id)):
            grants[row.id] = role
        areas[row.id] = _to_own_area(row, grants.get(row.id, "member"))
    ordered = tuple(sorted(areas.values(), key=lambda area: area.path))
    return Standing(viewer=viewer, grants=grants, areas=ordered, operator=operator)


def _rank(role: Role | None) -> int:
    return 0 if role is None else RANK[role]


def _to_own_area(row: Any, role: Role) -> OwnArea:
    return OwnArea(
        id=row.id,
        parent_id=row.parent_id,
        path=row.path,
        depth=row.depth,
        kind=row.kind,
        slug=row.slug,
        name=row.name,
        accent=row.accent,
        role=role,
        position=row.position,
        everyone=row.everyone,
        casual=row.casual,
        topics_by=row.topics_by,
        closed=row.closed,
        ends_at=row.ends_at,
        archived_at=row.archived_at,
    )


def _to_area_row(row: sa.RowMapping) -> AreaRow:
    values = {name: row[name] for name in _FIELDS}
    values["flow"] = tuple(values["flow"])
    values["above"] = tuple(values["above"])
    values["plugins"] = frozenset(values["plugins"])
    return AreaRow(**values)


def _make_scope(standing: Standing, row: sa.RowMapping) -> Scope:
    return make_scope(standing, _to_area_row(row), reads=bool(row["reads"]))


def get_scope(viewer: Viewer, slug: str, *, standing: Standing | None = None) -> Scope:
    """Return the area at an address as the viewer sees it.

    Errors: raises NotFound when there is none that the viewer may know of, AddressChanged (a
        NotFound) when it has moved.
    Cost: one statement; one more without `standing`, one more for an address that is none.
    """
    with as_viewer(viewer):
        row = db.session.execute(_BY_SLUG, {"slug": slug}).one_or_none()
        if row is None:
            present = db.session.scalar(_BY_OLD_SLUG, {"slug": slug})
            raise AddressChanged(present) if present is not None else NotFound()
    return _make_scope(standing or get_standing(viewer), row._mapping)


def get_scope_by_id(viewer: Viewer, area_id: int, *, standing: Standing | None = None) -> Scope:
    """Return an area by its id as the viewer sees it.

    Errors: raises NotFound when there is none that the viewer may know of.
    Cost: one statement; one more without `standing`.
    """
    with as_viewer(viewer):
        row = db.session.execute(_BY_ID, {"area_id": area_id}).one_or_none()
    if row is None:
        raise NotFound
    return _make_scope(standing or get_standing(viewer), row._mapping)


def get_system_scope(area: str | int | None) -> Scope:
    """Return an area by address or id, the root for None: for commands, demo, imports and jobs.

    Errors: raises NotFound when there is none.
    """
    key = Area.slug if isinstance(area, str) else Area.id
    wanted = Area.parent_id.is_(None) if area is None else key == area
    with unscoped("areas: the system has no viewer") as session:
        with as_viewer(SYSTEM.viewer):
            row = session.execute(sa.select(*_COLUMNS).where(wanted)).one_or_none()
    if row is None:
        raise NotFound
    return make_scope(SYSTEM, _to_area_row(row._mapping), reads=True)
