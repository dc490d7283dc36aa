"""forum upgrade: what an upgrade needs, and doing what is left of it in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from forum.cli.opening import dir_option, open_app
from forum.core import migrations
from forum.core.migrations import Standing
from forum.plugin.loader import Loaded, discover
from forum.plugin.planning import Ageing, Planned, plan_upgrade
from forum.plugin.specs import SPECS
from forum.plugin.versions import API_VERSION


@click.command("upgrade", epilog="Example: forum upgrade --plan --api 2.0 --dir data")
@dir_option
@click.option("--plan", is_flag=True, help="Only say what blocks and what would be done.")
@click.option(
    "--api",
    "version",
    default=API_VERSION,
    show_default=True,
    help="Version of the plugin API to plan for; release notes name it.",
)
@click.option("--json", "as_json", is_flag=True, help="With --plan: for machines.")
def command(data_dir: Path, *, plan: bool, version: str, as_json: bool) -> int:
    """Bring the database to the schema of what is installed, unless a plugin stands in the way.

    With --plan nothing is changed: it says which plugins block, which hooks they use that will
    go, and which migrations are missing. Exit code 1 when a plugin blocks.
    """
    app = open_app(data_dir)
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    try:
        found = [point for point in discover() if point.name not in loaded.available]
        planned = plan_upgrade(found, SPECS, version=version)
    except ValueError:
        raise click.BadParameter(f"{version!r} is no version", param_hint="--api") from None
    missing = [one for one in migrations.list_standings(app) if not one.is_current]
    blocked = [one.name for one in planned if one.blocks]
    if plan:
        _show(planned, missing, version=version, as_json=as_json)
        return int(bool(blocked))
    if version != API_VERSION:
        raise click.UsageError("--api is for --plan; the version installed here is upgraded to.")
    if blocked:
        raise click.ClickException(
            f"{', '.join(blocked)} stands in the way; see: forum upgrade --plan"
        )
    for lineage in migrations.upgrade(app) or ["nothing: the database is up to date"]:
        click.echo(f"Upgraded {lineage}.")
    return 0


def _show(
    planned: Sequence[Planned], missing: Sequence[Standing], *, version: str, as_json: bool
) -> None:
    if as_json:
        click.echo(json.dumps(_to_json(planned, missing, version), ensure_ascii=False))
        return
    click.echo(f"Plugin API {version} (installed here: {API_VERSION})")
    for one in planned:
        state = f"BLOCKS  {one.problem}" if one.blocks else "fits"
        click.echo(f"{one.name:20} {one.version:10} {one.wants:12} {state}")
        for hook in one.ageing:
            click.echo(f"{'':20} {_tell(hook)}")
    for standing in missing:
        step = f"{standing.present or 'empty'} → {standing.head}" if standing.known else "newer"
        click.echo(f"migration of {standing.lineage}: {step}")
    if not missing:
        click.echo("no migration is missing")


def _tell(one: Ageing) -> str:
    gone = one.deprecated
    return f"uses {one.hook}: deprecated since {gone.since}, gone with {gone.until}; {gone.instead}"


def _to_json(
    planned: Sequence[Planned], missing: Sequence[Standing], version: str
) -> dict[str, Any]:
    return {
        "api": version,
        "installed_api": API_VERSION,
        "plugins": [
            {
                "name": one.name,
                "version": one.version,
                "core": one.wants,
                "blocks": one.blocks,
                "problem": one.problem,
                "deprecated": [
                    {
                        "hook": hook.hook,
                        "since": hook.deprecated.since,
                        "until": hook.deprecated.until,
                        "instead": hook.deprecated.instead,
                    }
                    for hook in one.ageing
                ],
            }
            for one in planned
        ],
        "migrations": [
            {"lineage": one.lineage, "present": one.present, "head": one.head, "known": one.known}
            for one in missing
        ],
    }
