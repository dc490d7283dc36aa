"""`forum crosspost`: look at runs and take them back, without a browser."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import asdict

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import ForumError, NotFound, pseudonymise_ghosts, unit, unscoped
from forum.api.web import gettext as _
from forum_crosspost import limits, operations
from forum_crosspost.models import Author, Run, Source
from forum_crosspost.operations.claiming import forget_names
from forum_crosspost.rules import hash_address


@click.group("crosspost", epilog="Example: forum crosspost runs")
def command() -> None:
    """What came from outside: runs, taking them back, names."""


@command.command(epilog="Example: forum crosspost runs")
def runs() -> None:
    """List runs, the newest first; each line is a JSON object."""
    statement = sa.select(Run.id, Run.state, Run.stats, Run.undone_at, Source.kind, Source.area_id)
    with unit(), _everywhere() as session:
        found = session.execute(
            statement.join(Source, Source.id == Run.source_id).order_by(Run.id.desc())
        )
        for row in found.mappings():
            click.echo(json.dumps({**row, "undone_at": bool(row["undone_at"])}))


@command.command(epilog="Example: forum crosspost undo 7")
@click.argument("run", type=click.IntRange(1, limits.ID))
def undo(run: int) -> None:
    """Take RUN back: what it brought goes, what it changed stands as before."""
    try:
        with unit():
            with _everywhere() as session:
                where = sa.select(Source.area_id).join(Run, Run.source_id == Source.id)
                area_id = session.scalar(where.where(Run.id == run))
            if area_id is None:
                raise NotFound(f"no run {run}")
            undone = operations.undo_run(run, area_id=area_id, actor_id=None)
    except ForumError as error:
        raise click.ClickException(error.message) from None
    click.echo(json.dumps(asdict(undone)))


@command.command(epilog="Example: forum crosspost forget anna@example.org")
@click.argument("address")
def forget(address: str) -> None:
    """Take the name of who wrote from ADDRESS away, wherever it stands (Art. 21)."""
    with unit():
        with _everywhere() as session:
            same = sa.select(Author).where(Author.addr_hmac == hash_address(address))
            ghosts = forget_names(session, session.scalars(same).all())
        count = pseudonymise_ghosts(ghosts, name=_("Gast"))
    click.echo(json.dumps({"names": count}))


def _everywhere() -> AbstractContextManager[Session]:
    """Return a session for the areas of all."""
    return unscoped("crosspost: whoever runs the command sees every area")
