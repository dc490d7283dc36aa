"""forum area: make an area like another one, write one into a file, delete one, name hosts."""

from __future__ import annotations

from pathlib import Path

import click

from forum.areas.operations import copy_area, delete_area, export_area, make_spec_like
from forum.cli import area_host
from forum.cli.opening import dir_option, open_area, open_site, require_person
from forum.core.database import read_unit, unit
from forum.plugin import HookFailed


@click.group("area", epilog="Example: forum area delete ortsgruppe-sued --yes --reason 'Auflösung'")
def command() -> None:
    """Copy, export and delete areas; let names of hosts lead to them."""


command.add_command(area_host.command)


@command.command(
    "copy", epilog="Example: forum area copy kreis-nord --name 'Kreis Süd' --below niedersachsen"
)
@click.argument("slug")
@dir_option
@click.option("--name", required=True, help="Name of the new area.")
@click.option("--below", help="Address of the area above it (default: the one above SLUG).")
@click.option("--address", default="", help="Its address (default: made of the name).")
@click.option("--team", is_flag=True, help="Give the same people the roles above member.")
@click.option("--chair", help="Address or handle of who is admin of a sealed area.")
def copy(
    slug: str,
    data_dir: Path,
    *,
    name: str,
    below: str | None,
    address: str,
    team: bool,
    chair: str | None,
) -> None:
    """Make an area like SLUG: settings, plugins and what plugins keep as its arrangement.

    Topics, posts and members stay where they are. The new area is sealed like SLUG.
    """
    app = open_site(data_dir)
    with app.app_context():
        try:
            with unit():
                template = open_area(slug)
                above = template.area.parent_id if below is None else below
                sealed = template.area.sealed
                spec = make_spec_like(template, name=name, slug=address, sealed=sealed)
                chair_id = None if chair is None else require_person(chair)
                copied = copy_area(
                    template, open_area(above), spec=spec, with_team=team, chair_id=chair_id
                )
                made = open_area(copied.area_id)
        except HookFailed as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Made {made.area.slug} like {slug}.")
    if copied.left_out:
        click.echo(f"Not possible there, left out: {', '.join(copied.left_out)}.")


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


@command.command("export", epilog="Example: forum area export kreis-nord kreis-nord.zip")
@click.argument("slug")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@dir_option
def export(slug: str, out: Path, data_dir: Path) -> None:
    """Write an area to OUT: settings, members with roles, talk, plugins' parts; no addresses.

    Lines of JSON in a zip, with a manifest of hashes. Areas below it have files of their own.
    """
    app = open_site(data_dir)
    with app.app_context():
        with read_unit():
            scope = open_area(slug)
        try:
            parts = export_area(scope, out)
        except HookFailed as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Wrote {out}: {len(parts)} parts, {sum(parts.values())} records.")
