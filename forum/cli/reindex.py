"""forum reindex: build the search index anew from the database."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.opening import dir_option, open_site
from forum.core.dirlock import hold_directory
from forum.search.operations import rebuild_index


@click.command("reindex", epilog="Example: forum reindex --dir data")
@dir_option
def command(data_dir: Path) -> None:
    """Forget the search index and build it anew from the database.

    No worker may run on the directory meanwhile, for it writes the index too; pages may go on
    and find less until this is done.
    """
    app = open_site(data_dir)
    with hold_directory(data_dir, ("worker",)), app.app_context():
        number = rebuild_index()
    click.echo(f"{number} posts can be found.")
