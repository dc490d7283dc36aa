"""forum db: bring the database to the schema of this version, or say where it stands."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.opening import dir_option, open_app
from forum.core import migrations
from forum.core.revisions import write_revision


@click.group("db", epilog="Example: forum db upgrade --dir data")
def command() -> None:
    """Upgrade or check the database."""


@command.command("upgrade", epilog="Example: forum db upgrade --dir data")
@dir_option
def upgrade(data_dir: Path) -> None:
    """Run the migrations of the core and of every loaded plugin.

    On SQLite no server may run on the directory meanwhile.
    """
    moved = migrations.upgrade(open_app(data_dir))
    if not moved:
        click.echo("The database is up to date.")
    for lineage in moved:
        click.echo(f"Upgraded {lineage}.")


@command.command("check", epilog="Example: forum db check --dir data")
@dir_option
def check(data_dir: Path) -> int:
    """Say where the database stands; exit code 1 when migrations are missing."""
    standings = migrations.list_standings(open_app(data_dir))
    for standing in standings:
        state = "up to date" if standing.is_current else f"should be at {standing.head}"
        if not standing.known:
            state = "newer than this version; install the newer one or restore a backup"
        click.echo(f"{standing.lineage}: {standing.present or 'empty'}, {state}")
    return int(not all(standing.is_current for standing in standings))


@command.command(
    "revision", epilog="Example: forum db revision --dir data --message 'Add the poll deadline'"
)
@dir_option
@click.option("--message", "-m", required=True, help="What the revision does, in the imperative.")
@click.option("--lineage", default="core", show_default=True, help="`core` or a plugin's name.")
def revision(data_dir: Path, message: str, lineage: str) -> None:
    """Write the next revision from the difference of models and database, for developers.

    Read it before you commit it: renamed columns look like one dropped and one added.
    """
    path = write_revision(open_app(data_dir), message, lineage=lineage)
    click.echo(f"Wrote {path}")
