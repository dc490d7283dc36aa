"""What the core's own tables keep of a plugin: counted, archived and deleted when it goes for good.

Each feature registers its rows; the plugin's own tables are its migrations' to drop.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from forum.core.comparison import list_mapped_tables
from forum.core.consumers import EventFailure
from forum.core.database import db, unscoped
from forum.core.events import ConsumerCursor
from forum.core.jobs import JobRow
from forum.core.schedules import ScheduleRow
from forum.core.services import service


@dataclass(frozen=True, slots=True)
class Remains:
    """Rows of a core table that belong to plugins.

    `column` tells whose a row is: it holds `prefix` and the plugin's name, and with `dotted` a
    dot and more behind it. `archived`: whether a bundle of the plugin takes them along.
    """

    what: str
    column: Any
    prefix: str = ""
    dotted: bool = False
    archived: bool = False

    @property
    def table(self) -> str:
        """The name of the table."""
        return str(self.column.class_.__tablename__)

    def of(self, plugin: str) -> sa.ColumnElement[bool]:
        """Return the condition for the rows of one plugin."""
        if self.dotted:
            found: sa.ColumnElement[bool] = self.column.startswith(f"{plugin}.", autoescape=True)
            return found
        is_own: sa.ColumnElement[bool] = self.column == self.prefix + plugin
        return is_own


_OF_CORE: Final = (
    Remains("jobs", JobRow.name, dotted=True),
    Remains("schedules", ScheduleRow.name, dotted=True),
    Remains("readers of the event log", ConsumerCursor.name, prefix="plugin."),
    Remains("events it could not digest", EventFailure.consumer, prefix="plugin."),
)


@dataclass(slots=True)
class RemainsRegistry:
    """All remains of one app."""

    entries: list[Remains] = field(default_factory=lambda: list(_OF_CORE))


def register_remains(*entries: Remains) -> None:
    """Add what a feature keeps of plugins; called while the app is wired."""
    registry: RemainsRegistry = service("remains")
    registry.entries += entries


def list_remains() -> list[Remains]:
    """Return what features keep of plugins."""
    registry: RemainsRegistry = service("remains")
    return registry.entries


def count_remains(plugin: str) -> dict[str, int]:
    """Return how many rows the core keeps of a plugin, by what they are; nothing for none.

    Cost: a statement for each kind.
    """
    with unscoped("plugins: what is left of one is counted in every area") as session:
        counts = {
            entry.what: session.scalar(
                sa.select(sa.func.count()).select_from(entry.column.class_).where(entry.of(plugin))
            )
            for entry in list_remains()
        }
    return {what: count for what, count in counts.items() if count}


def delete_remains(plugin: str) -> None:
    """Delete what the core keeps of a plugin but the audit log and the event log, in the unit."""
    with unscoped("plugins: what is left of one goes in every area") as session:
        for entry in list_remains():
            session.execute(
                sa.delete(entry.column.class_)
                .where(entry.of(plugin))
                .execution_options(synchronize_session=False)
            )


def list_kept_names() -> set[str]:
    """Return the plugins of which features keep rows under their bare name. Cost: a few reads."""
    with unscoped("plugins: what is left of them is found in every area") as session:
        return {
            name
            for entry in list_remains()
            if not entry.dotted and not entry.prefix
            for name in session.scalars(sa.select(entry.column).distinct())
        }


def list_orphan_tables(installed: Set[str]) -> dict[str, list[str]]:
    """Return the tables of plugins that are not installed any more, by plugin.

    Known by their version tables, which stay until an uninstall, and by their prefixes.
    """
    with db.engines["read"].connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - list_mapped_tables("forum")
    marker = "alembic_version"
    owners = {name.removeprefix(f"{marker}_") for name in names if name.startswith(f"{marker}_")}
    names = {name for name in names if not name.startswith(marker)}
    owners |= {name.split("_", 1)[0] for name in names}
    return {
        owner: sorted(name for name in names if name.startswith(f"{owner}_"))
        for owner in sorted(owners - installed)
    }
