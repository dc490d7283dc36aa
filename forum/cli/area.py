"""forum area: delete an area with all that stands in it."""

from __future__ import annotations

from pathlib import Path

import click

from forum.areas.operations import delete_area
from forum.cli.opening import dir_option, open_area, open_site
from forum.core.database import unit
from forum.plugin import HookFailed


@click.group("area", epilog="Example: forum area delete ortsgruppe-sued --yes --reason 'Auflösung'")
def command() -> None:
    """Delete areas."""


@command.command(
    "delete", epilog="Example: forum area delete ortsgruppe-sued --yes --reason 'Auflösung'"
)
@click.argument("slug")
@dir_option
@click.option("--yes", is_flag=True, help="Do it; there is no way back.")
@click.option("--reason", default="", help="Why, for the log; needed when anything stands there.")
def delete(slug: str, data_dir: Path, *, yes: bool, reason: str) -> None:
    """Delete an area with all that stands in it, plugins' parts too.

    Areas below it go first, each by its own call, or are moved away.
    """
    app = open_site(data_dir)
    if not yes:
        raise click.UsageError("this cannot be undone; say --yes.")
    with app.app_context():
        try:
            with unit():
                scope = open_area(slug)
                rows = delete_area(scope, reason=reason, confirm=scope.area.slug)
        except HookFailed as error:
            raise click.ClickException(str(error)) from None
    touched = ", ".join(f"{table} {count}" for table, count in sorted(rows.items()) if count)
    click.echo(f"Deleted {slug}: {touched or 'nothing stood there'}.")
