"""`forum notes …`: what the operator may ask the plugin for."""

from __future__ import annotations

import click

from forum.api.data import Invalid, read_unit
from forum.api.web import gettext as _


@click.group("notes", epilog="Example: forum notes count --dir data")
def command() -> None:
    """Count notes."""


@command.command("count", epilog="Example: forum notes count --least 1 --dir data")
@click.option("--least", type=click.IntRange(0), default=0, help="Fewer are an error.")
@click.argument("words", nargs=-1)
def count(least: int, words: tuple[str, ...]) -> int:
    """Print how many notes there are."""
    with read_unit() as session:
        click.echo(f"{len(words)} notes, {session.get_bind().dialect.name}")
    if len(words) < least:
        raise Invalid("least", _("zu wenige"))
    return 0
