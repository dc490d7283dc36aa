"""forum plugin archive, uninstall: a plugin into a file; a plugin out of the database."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import metadata
from pathlib import Path

import click
from flask import Flask

from forum.areas.queries import list_areas_where_on
from forum.cli.opening import dir_option, open_app, open_site
from forum.core import audit, clock, migrations
from forum.core.bundles import write_bundle
from forum.core.config import Config
from forum.core.database import read_unit, unit
from forum.core.dirlock import hold_directory
from forum.core.heartbeat import STALE, find_age
from forum.core.remains import count_remains, delete_remains
from forum.plugin.loader import GROUP, Loaded, LoadedPlugin
from forum.plugin.manifest import NAME, RESERVED

SHOWN = 5
"""So many areas are named in the line that refuses; the rest are counted."""


def _check_name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not NAME.fullmatch(value) or value in RESERVED:
        raise click.BadParameter(f"{value!r} is no name of a plugin; see: forum plugin list")
    return value


@click.command("archive", epilog="Example: forum plugin archive polls polls.zip --dir data")
@click.argument("name", callback=_check_name)
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@dir_option
def archive(name: str, out: Path, data_dir: Path) -> None:
    """Write all rows and files of a plugin into a new zip, as lines of JSON.

    States and settings of areas are in it too. The site may run; the plugin need not be loaded.
    """
    app = open_app(data_dir)
    _write(app, name, out)


@click.command("uninstall", epilog="Example: forum plugin uninstall polls --yes --dir data")
@click.argument("name", callback=_check_name)
@dir_option
@click.option(
    "--archive",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where everything is archived first (default: a new file in the data directory).",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def uninstall(name: str, data_dir: Path, *, out: Path | None, yes: bool) -> int:
    """Take a plugin out of the database for good: archive it, then drop its tables.

    Refused while it is on in any area, while another plugin requires it and while a server runs.
    The audit log and the event log stay. Exit code 1 when anything is left.
    """
    app = open_site(data_dir)
    app, plugin = _find_plugin(app, data_dir, name)
    _refuse_needed(app, name)
    if not yes:
        click.confirm(f"Archive {name} and delete everything of it from the database?", abort=True)
    out = out or data_dir / f"{name}-{clock.now():%Y%m%d-%H%M%S}.zip"
    with ExitStack() as stack:
        lock = stack.enter_context(hold_directory(data_dir))
        _refuse_running(app)
        _write(app, name, out, version=plugin.version)
        with app.app_context():
            lineages = {lineage.name for lineage in migrations.list_lineages()}
        if name in lineages:
            migrations.downgrade(app, name, lock=lock)
        with app.app_context(), unit():
            removed = count_remains(name)
            delete_remains(name)
            audit.record(
                "plugins.uninstall", None, subject=f"plugin:{name}", version=plugin.version
            )
    with app.app_context(), read_unit():
        left = [*migrations.list_leftovers(name), *count_remains(name)]
    if left:
        raise click.ClickException(f"of {name} there is still: {', '.join(left)}")
    gone = ", ".join(f"{count} {what}" for what, count in removed.items())
    click.echo(f"{name} is gone: its tables{', ' if gone else ''}{gone}.")
    click.echo(f"Now: pip uninstall {_distribution_of(name)}; the next start would set it up anew.")
    return 0


def _write(app: Flask, name: str, out: Path, *, version: str = "") -> None:
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    versions = {plugin.name: plugin.version for plugin in loaded.plugins}
    bundle = write_bundle(app, name, out, version=version or versions.get(name, ""))
    tables, rows, files = len(bundle.tables), bundle.rows, len(bundle.files)
    click.echo(f"Archived {name}: {rows} rows of {tables} tables, {files} files → {out}")


def _find_plugin(app: Flask, data_dir: Path, name: str) -> tuple[Flask, LoadedPlugin]:
    """Return the plugin, loaded even where the operator's list or safe mode leaves it out."""
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    if name not in loaded.names and (loaded.safe_mode or name in loaded.available):
        app = open_site(data_dir, plugins="all", safe_mode=False)
        loaded = app.extensions["forum"]["dispatcher"].loaded
    for plugin in loaded.plugins:
        if plugin.name == name and not plugin.builtin:
            return app, plugin
    for broken in loaded.quarantined:
        if broken.name == name:
            raise click.ClickException(
                f"{broken.reason}; until then nothing but its own migrations could take it out"
            )
    raise click.ClickException(
        f"no plugin {name} is installed; its own migrations take it out: install it again first"
    )


def _refuse_needed(app: Flask, name: str) -> None:
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    needing = sorted(plugin.name for plugin in loaded.plugins if name in plugin.manifest.requires)
    if needing:
        raise click.ClickException(f"{', '.join(needing)} requires {name}; uninstall that first")
    with app.app_context(), read_unit():
        areas = list_areas_where_on(name)
    if areas:
        more = f" and {len(areas) - SHOWN} more" if len(areas) > SHOWN else ""
        raise click.ClickException(
            f"{name} is on in {', '.join(areas[:SHOWN])}{more}; first: "
            f"forum plugin off {name} --everywhere"
        )


def _refuse_running(app: Flask) -> None:
    """On several hosts the directory tells nothing of the others; their worker's signs do."""
    config: Config = app.config["FORUM"]
    if config.url.startswith("sqlite"):
        return
    with app.app_context(), read_unit():
        age = find_age("worker")
    if age is not None and age < STALE:
        raise click.ClickException(
            f"a worker gave a sign {age.total_seconds():.0f} s ago; stop the site on all hosts"
        )


def _distribution_of(name: str) -> str:
    for point in metadata.entry_points(group=GROUP, name=name):
        if point.dist is not None:
            return point.dist.name
    return f"its package ({name})"


COMMANDS = (archive, uninstall)
