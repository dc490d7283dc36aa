"""Whole trees and memberships at once: for the demo and for imports, set-based, without rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas import upkeep
from forum.areas.events import AreaCreated, MemberJoined
from forum.areas.grants import date_roles
from forum.areas.models import Area, Grant
from forum.areas.plugin_upkeep import resolve_plugins
from forum.areas.scope import Role
from forum.areas.slugs import check_slug
from forum.areas.spec import AreaSpec, check_spec, to_columns
from forum.core import clock, events
from forum.core.database import unscoped
from forum.core.errors import Invalid
from forum.core.events import Origin
from forum.core.stamps import stamp_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArea:
    """An area to make: `spec.slug` is required; `parent` is a slug, None for the root."""

    spec: AreaSpec
    parent: str | None
    created_at: datetime | None = None
    created_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A grant to make."""

    area_id: int
    user_id: int
    role: Role = "member"
    title: str = ""
    source: str = "system"
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def create_areas(rows: Sequence[NewArea], *, origin: Origin = "import") -> dict[str, int]:
    """Make areas in any order; return their ids by slug.

    Parents may be among the rows or stand already.

    Errors: raises Invalid for a spec that does not hold, a slug that is taken and a parent that
        is missing.
    Cost: one insert per level, then as for one area; linear in areas.
    """
    for row in rows:
        check_spec(row.spec)
        check_slug(row.spec.slug)
    with unscoped("areas: bulk loads have no viewer") as session:
        upkeep.lock_tree(session)
        standing = session.execute(sa.select(Area.slug, Area.id, Area.language)).all()
        ids = {row.slug: row.id for row in standing}
        languages = {row.slug: row.language for row in standing}
        _refuse_taken(rows, ids)
        tops = _insert_levels(session, rows, ids, languages)
        for area_id in tops:
            upkeep.rederive(session, area_id)
        for area_id in tops:
            resolve_plugins(session, area_id)
        upkeep.rebuild_readers(session)
    made = {row.spec.slug: ids[row.spec.slug] for row in rows}
    events.append(
        *(
            AreaCreated(
                area_id=made[row.spec.slug],
                actor_id=row.created_by,
                origin=origin,
                parent_id=None if row.parent is None else ids[row.parent],
            )
            for row in rows
        )
    )
    return made


def _refuse_taken(rows: Sequence[NewArea], ids: Mapping[str, int]) -> None:
    seen = set(ids)
    for row in rows:
        if row.spec.slug in seen:
            raise Invalid("slug", f"the address {row.spec.slug!r} is taken")
        seen.add(row.spec.slug)


def _insert_levels(
    session: Session,
    rows: Sequence[NewArea],
    ids: dict[str, int],
    languages: dict[str, str],
) -> list[int]:
    """Insert parents before children; return the new areas whose parent stood already."""
    tops: list[int] = []
    standing = set(ids)
    pending = list(rows)
    while pending:
        ready = [row for row in pending if row.parent is None or row.parent in ids]
        if not ready:
            raise Invalid("parent", f"there is no area {pending[0].parent!r}")
        for row in ready:
            above = "de" if row.parent is None else languages[row.parent]
            languages[row.spec.slug] = row.spec.language or above
        values = [_to_values(row, ids, languages) for row in ready]
        inserted = session.execute(sa.insert(Area).returning(Area.slug, Area.id), values)
        ids |= {row.slug: row.id for row in inserted}
        tops += [ids[r.spec.slug] for r in ready if r.parent is None or r.parent in standing]
        done = {row.spec.slug for row in ready}
        pending = [row for row in pending if row.spec.slug not in done]
    return tops


def _to_values(
    row: NewArea, ids: Mapping[str, int], languages: Mapping[str, str]
) -> dict[str, Any]:
    return {
        **to_columns(row.spec),
        "position": row.spec.position or 0,
        "slug": row.spec.slug,
        "parent_id": None if row.parent is None else ids[row.parent],
        "sealed": row.spec.sealed,
        "language": languages[row.spec.slug],
        "path": "",
        "effective": row.spec.visibility,
        "created_at": row.created_at or clock.now(),
        "created_by_id": row.created_by,
    }


def add_members(rows: Iterable[NewMember], *, origin: Origin = "import") -> int:
    """Write grants in bulk; return how many. A pair of area and user may stand only once a source.

    Cost: one insert, then the read sets of the whole tree once; linear in both.
    """
    now = clock.now()
    members = list(rows)
    values = [
        {
            "area_id": row.area_id,
            "user_id": row.user_id,
            "role": row.role,
            "title": row.title,
            "source": row.source,
            "starts_at": row.starts_at or now,
            "ends_at": row.ends_at,
            "in_force": row.starts_at is None or row.starts_at <= now,
            **date_roles(row.role, row.starts_at or now),
        }
        for row in members
    ]
    if not values:
        return 0
    with unscoped("areas: bulk loads have no viewer") as session:
        upkeep.lock_tree(session)
        session.execute(sa.insert(Grant), values)
        upkeep.count_members(session, sorted({row.area_id for row in members}))
        upkeep.rebuild_readers(session)
    events.append(
        *(
            MemberJoined(area_id=row.area_id, user_id=row.user_id, source=row.source, origin=origin)
            for row in members
        )
    )
    return len(values)


def rebuild_readers() -> None:
    """Recompute all read sets from the tree and the grants: the repair of last resort."""
    with unscoped("areas: the repair has no viewer") as session:
        upkeep.lock_tree(session)
        upkeep.rebuild_readers(session)
    stamp_pages()
