"""Names of hosts and the areas they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from forum.areas.models import Area, AreaHost
from forum.core.database import db, unscoped

MOST: Final = 5_000
"""So many names a site may have; all of them are read at once."""
_BOOK: Final = (
    sa.select(AreaHost.host, AreaHost.area_id)
    .order_by(sa.func.length(AreaHost.host), AreaHost.host)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class HostBook:
    """All names: `areas` says where each leads, `names` which one stands in links to an area."""

    areas: Mapping[str, int]
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class HostRow:
    """A name and the address of its area."""

    host: str
    slug: str


def get_host_book() -> HostBook:
    """Return all names. Of several the shortest stands in links, `www.` before it does not.

    Cost: one statement.
    """
    areas = {row.host: row.area_id for row in db.session.execute(_BOOK)}
    names: dict[int, str] = {}
    for host, area_id in areas.items():
        names.setdefault(area_id, host)
    return HostBook(areas, names)


def list_hosts(area_id: int | None = None) -> list[HostRow]:
    """List the names of one area or of all, for who runs the site. Cost: one statement."""
    wanted = (
        sa.select(AreaHost.host, Area.slug)
        .join(Area, Area.id == AreaHost.area_id)
        .order_by(Area.path, AreaHost.host)
        .limit(MOST)
    )
    if area_id is not None:
        wanted = wanted.where(AreaHost.area_id == area_id)
    with unscoped("areas: the operator knows every name, wherever it leads") as session:
        return [HostRow(row.host, row.slug) for row in session.execute(wanted)]
