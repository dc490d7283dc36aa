"""`forum badges`: keys that sign badges, for who runs the site."""

from __future__ import annotations

import click

from forum.api.data import unit
from forum_badges import operations


@click.group("badges", epilog="Example: forum badges renew-keys")
def command() -> None:
    """Keys that sign badges."""


@command.command("renew-keys", epilog="Example: forum badges renew-keys")
@click.option("--all", "every", is_flag=True, help="Also keys that still work.")
def renew_keys(every: bool) -> None:
    """Make a new key where badges cannot be signed any more.

    Old keys stay published, so badges that were signed with them go on verifying.
    """
    with unit():
        renewed = operations.renew_keys(every=every)
    for base in renewed:
        click.echo(f"badges of {base} are signed with a new key")
    if not renewed:
        click.echo("every key works: nothing was changed")
