"""forum plugin: say which plugins there are and where they are on; switch them.

`new` and `check` have modules of their own.
"""

from __future__ import annotations

from pathlib import Path

import click

from forum.areas.operations import set_plugin_state
from forum.areas.queries import list_plugin_states
from forum.cli import plugin_bisect, plugin_doctor, plugin_events, plugin_lifecycle, plugin_why
from forum.cli.opening import dir_option, open_area, open_site
from forum.cli.plugin_check import check
from forum.cli.plugin_new import new
from forum.core.database import read_unit, unit
from forum.core.services import service
from forum.core.wall import as_viewer
from forum.plugin.loader import Loaded
from forum.plugin.states import State

area_option = click.option("--area", help="Address of the area (default: the root, for all).")
reason_option = click.option("--reason", default="", help="Why, for the audit log.")


@click.group("plugin", epilog="Example: forum plugin on polls --area bezirk-weser-ems --dir data")
def command() -> None:
    """Write and check plugins, list them and switch them per area."""


command.add_command(check)
command.add_command(new)


@command.command("list", epilog="Example: forum plugin list --area bezirk-weser-ems --dir data")
@dir_option
@area_option
def list_(data_dir: Path, area: str | None) -> int:
    """Say which plugins are installed, and which are on in an area and below it.

    Exit code 1 when one is broken and was put aside.
    """
    app = open_site(data_dir)
    with app.app_context():
        loaded: Loaded = service("dispatcher").loaded
        versions = {plugin.name: plugin.version for plugin in loaded.plugins}
        with read_unit():
            scope = open_area(area)
            with as_viewer(scope.viewer):
                lines = list_plugin_states(scope)
    for line in lines:
        state = "on" if line.active else "off"
        said = f"here: {line.own}, {line.reason}"
        click.echo(f"{line.name:20} {versions.get(line.name, ''):10} {state:4} {said}")
    if loaded.safe_mode:
        click.echo("safe mode: no plugin is loaded")
    for broken in loaded.quarantined:
        click.echo(f"{broken.name:20} {'':10} not loaded: {broken.reason}")
    for name in loaded.available:
        click.echo(f"{name:20} {'':10} not loaded: not in FORUM_PLUGINS")
    return int(bool(loaded.quarantined))


@command.command("on", epilog="Example: forum plugin on polls --area bezirk-weser-ems --dir data")
@click.argument("name")
@dir_option
@area_option
@reason_option
def switch_on(name: str, data_dir: Path, *, area: str | None, reason: str) -> None:
    """Switch a plugin on in an area, and below where nobody says otherwise."""
    _switch(name, data_dir, State.ON, area=area, reason=reason)


@command.command("off", epilog="Example: forum plugin off polls --area bezirk-weser-ems --dir data")
@click.argument("name")
@dir_option
@area_option
@click.option("--everywhere", is_flag=True, help="Forbid it in the area and in all below.")
@reason_option
def switch_off(
    name: str, data_dir: Path, *, area: str | None, everywhere: bool, reason: str
) -> None:
    """Switch a plugin off in an area, and below where nobody says otherwise; its data stays."""
    state = State.FORBIDDEN if everywhere else State.OFF
    _switch(name, data_dir, state, area=area, reason=reason)


def _switch(name: str, data_dir: Path, state: State, *, area: str | None, reason: str) -> None:
    app = open_site(data_dir)
    with app.app_context():
        if name not in service("dispatcher").loaded.names:
            raise click.ClickException(f"no plugin {name} is loaded; see: forum plugin list")
        with unit():
            scope = open_area(area)
            set_plugin_state(scope, name, state=state, reason=reason)
    click.echo(f"{name} is {state.value} in {scope.area.slug}.")


for module in (plugin_bisect, plugin_doctor, plugin_events, plugin_lifecycle, plugin_why):
    for one in module.COMMANDS:
        command.add_command(one)
