"""forum queue: what failed in the background, trying it again, and what comes again."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.opening import ID, dir_option, open_site
from forum.core.database import read_unit, unit
from forum.core.errors import ForumError
from forum.core.failures import KINDS, Kind, list_failures, retry_failure
from forum.core.schedules import list_schedules

SHOWN = 50


@click.group("queue", epilog="Example: forum queue list --dir data")
def command() -> None:
    """Show what failed in the background, try it again, and show what comes again."""


@command.command("list", epilog="Example: forum queue list --dir data")
@dir_option
def list_(data_dir: Path) -> None:
    """List jobs, events and mails that failed for good, the latest 50 of each."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        failures = list_failures(limit=SHOWN)
    for one in failures:
        at = f"{one.at:%F %R}" if one.at else ""
        # The traceback below it is for the log's reader.
        error = (one.error.splitlines() or ["no reason given"])[0]
        click.echo(f"{one.kind:5} {one.id:6}  {at}  {one.what}: {error}")
    if not failures:
        click.echo("Nothing has failed.")


@command.command("retry", epilog="Example: forum queue retry job 12 --dir data")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("number", type=ID)
@dir_option
def retry(kind: Kind, number: int, data_dir: Path) -> None:
    """Try one failure of `forum queue list` again; jobs and mails are left to the worker."""
    app = open_site(data_dir)
    with app.app_context():
        try:
            with unit():
                retry_failure(kind, number)
        except ForumError:
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise click.ClickException(f"{kind} {number} failed again: {what}") from error
    click.echo(f"{kind} {number} is done." if kind == "event" else f"{kind} {number} waits again.")


@command.command("schedules", epilog="Example: forum queue schedules --dir data")
@dir_option
def schedules(data_dir: Path) -> None:
    """List what comes again, with its next time and how the last turn went."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        lines = list_schedules()
    for one in lines:
        due = f"{one.due_at:%F %R}" if one.due_at else "at the next start"
        error = one.error.splitlines()[0] if one.error else ""
        last = f"{one.state}: {error}" if error else one.state or "not run yet"
        click.echo(f"{one.name:32} every {one.every}, next {due}, last {last}")
