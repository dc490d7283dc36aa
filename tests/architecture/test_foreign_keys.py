"""Deleting a row asks every table that names it: those that grow answer from an index."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

import forum.app  # noqa: F401
from forum.core.database import Base

# Few rows by their nature: what is named here may be read to its end when a member is deleted.
SMALL = {
    "site_role.granted_by_id": "a handful of people hold a role of the site",
    "erasure_request.successor_id": "open requests only",
    "erasure_request.asked_by_id": "open requests only",
    "area_application.decided_by_id": "a few for each area that lets people apply",
    "area_invitation.created_by_id": "the links an area gave out",
    "area_plugin_state.changed_by_id": "a row per area and plugin that was switched there",
    "area_plugin_settings.changed_by_id": "a row per area and plugin that was set there",
    "search_pending.topic_id": "emptied by every turn of the index",
}


def find_bare_keys() -> Iterator[str]:
    """Find the columns of core that name a row and that no index or unique key begins with."""
    for table in _list_core_tables():
        named = [*table.indexes, *table.constraints]
        first = {next(iter(one.columns)).name for one in named if _can_be_searched(one)}
        for key in table.foreign_keys:
            if key.parent.name not in first:
                yield f"{table.name}.{key.parent.name}"


def _list_core_tables() -> list[sa.Table]:
    """Which plugins are loaded depends on the tests before; their tables are theirs."""
    mappers = Base.registry.mappers
    core = {str(m.local_table) for m in mappers if m.class_.__module__.startswith("forum.")}
    return [table for table in Base.metadata.sorted_tables if table.name in core]


def _can_be_searched(one: sa.Index | sa.Constraint) -> bool:
    return isinstance(one, sa.Index | sa.UniqueConstraint | sa.PrimaryKeyConstraint)


def test_every_foreign_key_of_core_begins_an_index() -> None:
    assert set(find_bare_keys()) == set(SMALL)
