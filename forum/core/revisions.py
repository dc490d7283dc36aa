"""Writing revisions and checking that they lead to the models; for developers and tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from forum.core.comparison import comparison_options
from forum.core.database import db
from forum.core.errors import ConfigError
from forum.core.migrations import (
    Lineage,
    alembic_settings,
    exclusive_connection,
    list_lineages,
    migration_engine,
)


def write_revision(app: Flask, message: str, *, lineage: str = "core") -> Path:
    """Compare models and database and write the next revision of `lineage`.

    Errors: raises ConfigError when the lineage is unknown or the database is not at its head.
    """
    with exclusive_connection(app) as connection:
        settings = alembic_settings(connection, _find_lineage(lineage))
        known = list(ScriptDirectory.from_config(settings).walk_revisions())
        present = MigrationContext.configure(
            connection, opts={"version_table": _find_lineage(lineage).version_table}
        ).get_current_revision()
        if known and present != known[0].revision:
            raise ConfigError("the database is not at the last revision; run: forum db upgrade")
        script = command.revision(
            settings, message=message, autogenerate=True, rev_id=f"{len(known) + 1:04d}"
        )
        connection.rollback()
    assert script is not None and not isinstance(script, list)
    return Path(script.path)


def list_differences(app: Flask, lineage: str = "core") -> list[Any]:
    """Return how the database differs from the models of `lineage`; empty when they agree."""
    with app.app_context(), migration_engine(app).connect() as connection:
        names = [one.name for one in list_lineages()]
        options = comparison_options(_find_lineage(lineage).name, names)
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, db.metadata))


def _find_lineage(name: str) -> Lineage:
    lineages = {one.name: one for one in list_lineages()}
    if name not in lineages:
        raise ConfigError(f"no lineage {name}; known are: {', '.join(lineages)}")
    return lineages[name]
