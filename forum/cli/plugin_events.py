"""forum plugin events: what can happen here, in the words that plugins declared."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from forum.areas.vocabulary import list_event_types
from forum.cli.opening import dir_option, open_site
from forum.plugin.types import EventSpec


@click.command("events", epilog="Example: forum plugin events --of kudos --dir data")
@dir_option
@click.option("--of", "owner", help="Only events of this plugin, or of this part of the core.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def events(data_dir: Path, *, owner: str | None, as_json: bool) -> int:
    """List the types of events that rules, criteria and reports can be made of.

    Each with its title and its fields. Those of a plugin are there where it is loaded.
    """
    with open_site(data_dir).app_context():
        known = list_event_types()
    found = [one for one in known if owner in (None, one.name.partition(".")[0])]
    if not found:
        raise click.ClickException(f"nobody declares events of {owner}; see: forum plugin list")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return 0
    for one in found:
        click.echo(f"{one.name:36} {one.title}{_tell_fields(one)}")
    return 0


def _tell_fields(event: EventSpec) -> str:
    fields = [f"{one.name} {one.kind}{'?' if one.optional else ''}" for one in event.fields]
    return f" ({', '.join(fields)})" if fields else ""


COMMANDS = (events,)
