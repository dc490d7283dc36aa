"""Keeps what is derived in step: derived columns of areas, and the rows of the read sets.

Everything here runs on an unscoped session inside the transaction of the change: what follows
for the tree does not depend on who asked. Operations call it last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from forum.areas.derived import NOTHING_ABOVE, Derived, Stem, derive_subtree
from forum.areas.models import Area, AreaReader, Grant, in_force
from forum.areas.paths import DEPTH, list_ids, within
from forum.areas.readers import AreaFact, GrantFact, Row, compute_readers
from forum.core.errors import Invalid
from forum.core.wall import EVERYBODY, SITE
from forum.web.i18n import gettext as _

_TREE_LOCK = 7_301
_USER_LOCK = 7_302
_BATCH = 5_000

_STEM = (Area.id, Area.parent_id, Area.visibility, Area.sealed, Area.own_theme, Area.own_accent)
_DERIVED = (Area.path, Area.depth, Area.flow, Area.above, Area.effective, Area.theme, Area.accent)
_FACT = (
    Area.id,
    Area.parent_id,
    Area.visibility,
    Area.sealed,
    Area.everyone,
    (Area.closed == "visibility").label("shut"),
)


def lock_tree(session: Session) -> None:
    """Let nobody else change tree or read sets until the unit ends.

    SQLite needs none of these: its write units come one after the other.
    """
    _advise(session, sa.func.pg_advisory_xact_lock(_TREE_LOCK))


def lock_user(session: Session, user_id: int) -> None:
    """Let nobody else change this user's rows, nor the tree, until the unit ends."""
    _advise(session, sa.func.pg_advisory_xact_lock_shared(_TREE_LOCK))
    _advise(session, sa.func.pg_advisory_xact_lock(_USER_LOCK, user_id))


def _advise(session: Session, lock: Any) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(lock))


def lock_area(session: Session, area_id: int) -> None:
    """Let nobody else decide about this area's people until the unit ends."""
    session.execute(
        sa.select(Area.id).where(Area.id == area_id).with_for_update(key_share=True)
    ).one()


def rederive(session: Session, area_id: int) -> None:
    """Rewrite the derived columns of an area and of everything below it where they changed.

    Cost: three reads and one write, whatever the size; linear in areas below.
    """
    top = session.execute(sa.select(*_STEM, Area.path).where(Area.id == area_id)).one()
    # A new area has no path yet, and nothing below it unless a whole tree is being loaded.
    below = within(Area.path, top.path) if top.path else sa.or_(Area.id == area_id, Area.path == "")
    rows = session.execute(sa.select(*_STEM, *_DERIVED, Area.version).where(below)).all()
    stems = [Stem(*row[:6]) for row in rows]
    found = derive_subtree(Stem(*top[:6]), stems, _derived_above(session, top.parent_id))
    _require_depth(found.values())
    changed = [
        {"id": row.id, "version": row.version + 1, **_to_columns(found[row.id])}
        for row in rows
        if row.id in found and found[row.id] != _to_derived(row[6:13])
    ]
    if changed:
        session.execute(sa.update(Area), changed)


def _require_depth(found: Iterable[Derived]) -> None:
    if any(derived.depth >= DEPTH for derived in found):
        raise Invalid("parent", _("Der Baum darf höchstens %(levels)s Ebenen haben.", levels=DEPTH))


def _derived_above(session: Session, parent_id: int | None) -> Derived:
    if parent_id is None:
        return NOTHING_ABOVE
    return _to_derived(session.execute(sa.select(*_DERIVED).where(Area.id == parent_id)).one())


def _to_derived(row: Sequence[Any]) -> Derived:
    path, depth, flow, above, effective, theme, accent = row
    return Derived(path, depth, tuple(flow), tuple(above), effective, theme, accent)


def _to_columns(derived: Derived) -> dict[str, Any]:
    return {
        "path": derived.path,
        "depth": derived.depth,
        "flow": list(derived.flow),
        "above": list(derived.above),
        "effective": derived.effective,
        "theme": derived.theme,
        "accent": derived.accent,
    }


def refresh_areas(session: Session, *paths: str) -> None:
    """Recompute the read sets of the subtrees at these paths and of all their ancestors.

    After a move: the old path and the new one. Ancestors count because members read upwards.
    Cost: five statements; linear in the areas below, and in their people as far as closed.
    """
    chain = sorted({area_id for path in paths for area_id in list_ids(path)})
    targets = sa.or_(Area.id.in_(chain), *(within(Area.path, path) for path in paths))
    # What lies below a closed ancestor belongs to the question who reads that ancestor.
    tops = _list_closed_tops(session, chain)
    loaded = sa.or_(targets, *(within(Area.path, path) for path in tops))
    facts = [AreaFact(*row) for row in session.execute(sa.select(*_FACT).where(loaded))]
    counts = sa.or_(Grant.role != "member", Area.effective.in_(("listed", "hidden")))
    grants = _load_grants(session, sa.and_(loaded, counts))
    ids = set(session.scalars(sa.select(Area.id).where(targets)))
    wanted = {row for row in compute_readers(facts, grants) if row[0] in ids}
    stored = sa.select(AreaReader.area_id, AreaReader.principal, AreaReader.reads)
    present = session.execute(stored.join(Area, Area.id == AreaReader.area_id).where(targets))
    write_difference(session, {_to_row(row) for row in present}, wanted=wanted)


def _list_closed_tops(session: Session, chain: list[int]) -> list[str]:
    closed = sa.select(Area.path).where(
        Area.id.in_(chain), Area.effective.in_(("listed", "hidden"))
    )
    return _outer(sorted(session.scalars(closed)))


def refresh_users(session: Session, user_ids: Iterable[int]) -> None:
    """Recompute the rows of these users and nobody else's, after a change of their grants.

    Cost: four statements; linear in the areas their roles flow into.
    """
    users = sorted(set(user_ids))
    if not users:
        return
    held = session.execute(
        sa.select(Grant.area_id, Grant.user_id, Grant.role, Area.path)
        .join(Area, Area.id == Grant.area_id)
        .where(Grant.user_id.in_(users), in_force())
    ).all()
    wanted = _personal_rows(session, held) if held else set()
    present = session.execute(
        sa.select(AreaReader.area_id, AreaReader.principal, AreaReader.reads).where(
            AreaReader.principal.in_(users)
        )
    )
    write_difference(session, {_to_row(row) for row in present}, wanted=wanted)


def _personal_rows(session: Session, held: Sequence[Any]) -> set[Row]:
    """Compute user rows from their grants, and from what stands for the site already."""
    chain = sorted({area_id for row in held for area_id in list_ids(row.path)})
    flowing = sorted({row.path for row in held if row.role != "member"})
    loaded = sa.or_(Area.id.in_(chain), *(within(Area.path, path) for path in _outer(flowing)))
    site = aliased(AreaReader)
    found = session.execute(
        sa.select(*_FACT, site.reads)
        .outerjoin(site, sa.and_(site.area_id == Area.id, site.principal.in_((EVERYBODY, SITE))))
        .where(loaded)
    ).all()
    facts = {row.id: AreaFact(*row[:6]) for row in found}
    base = {row.id: row.reads for row in found}
    grants = [GrantFact(row.area_id, row.user_id, row.role) for row in held]
    rows = compute_readers(facts.values(), grants)
    return {row for row in rows if row[1] > 0 and _says_more(row, base[row[0]])}


def _says_more(row: Row, base: bool | None) -> bool:
    """Tell whether a user's row says more than the site's (None: the site has none)."""
    return base is None or (row[2] and not base)


def _outer(paths: list[str]) -> list[str]:
    """Leave out paths that lie within another; `paths` is sorted."""
    outer: list[str] = []
    for path in paths:
        if not outer or not path.startswith(outer[-1]):
            outer.append(path)
    return outer


def rebuild_readers(session: Session) -> None:
    """Recompute every row: after bulk loads, and as the repair of last resort."""
    facts = [AreaFact(*row) for row in session.execute(sa.select(*_FACT))]
    grants = _load_grants(session, sa.true())
    present = session.execute(sa.select(AreaReader.area_id, AreaReader.principal, AreaReader.reads))
    write_difference(session, {_to_row(r) for r in present}, wanted=compute_readers(facts, grants))


def _load_grants(session: Session, where: sa.ColumnElement[bool]) -> list[GrantFact]:
    statement = (
        sa.select(Grant.area_id, Grant.user_id, Grant.role)
        .join(Area, Area.id == Grant.area_id)
        .where(where, in_force())
    )
    return [GrantFact(*row) for row in session.execute(statement)]


def _to_row(row: Sequence[Any]) -> Row:
    return (row[0], row[1], bool(row[2]))


def write_difference(session: Session, present: set[Row], *, wanted: set[Row]) -> None:
    """Turn the present rows into the wanted ones. Cost: two statements per 5,000 differences."""
    gone, new = sorted(present - wanted), sorted(wanted - present)
    key = sa.tuple_(AreaReader.area_id, AreaReader.principal)
    for start in range(0, len(gone), _BATCH):
        pairs = [row[:2] for row in gone[start : start + _BATCH]]
        doomed = sa.delete(AreaReader).where(key.in_(pairs))
        session.execute(doomed.execution_options(synchronize_session=False))
    if new:
        rows = [{"area_id": a, "principal": p, "reads": reads} for a, p, reads in new]
        session.execute(sa.insert(AreaReader), rows)


def count_members(session: Session, area_ids: Sequence[int]) -> None:
    """Recount the members kept with areas: people, not grants."""
    counted = (
        sa.select(sa.func.count(sa.distinct(Grant.user_id)))
        .where(Grant.area_id == Area.id, in_force())
        .correlate(Area)
        .scalar_subquery()
    )
    session.execute(
        sa.update(Area)
        .where(Area.id.in_(area_ids))
        .values(member_count=counted)
        .execution_options(synchronize_session=False)
    )
