"""`forum <plugin> …`: the commands that a plugin keeps in `commands.py` beside its `plugin.py`.

Nothing of a plugin is imported before it is asked for, and what cannot be imported takes no other
command with it.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import click

GROUP: Final = "forum.plugins"
_DIR: Final = "site_directory"
"""Unlike any name that a plugin gives a parameter of its own."""


def find_modules() -> Mapping[str, str]:
    """Return, by plugin, the module that may hold its commands.

    Cost: reads the metadata of what is installed; imports packages of plugins, not their modules.
    """
    found = {}
    for point in metadata.entry_points(group=GROUP):
        package, _, last = point.value.rpartition(".")
        if last == "plugin" and _has_commands(package):
            found[point.name] = f"{package}.commands"
    return found


def _has_commands(package: str) -> bool:
    try:
        return importlib.util.find_spec(f"{package}.commands") is not None
    except Exception:
        # A package that cannot be imported has more to tell by `forum plugin list`.
        return False


def load_command(plugin: str, module: str) -> click.Command:
    """Return the command of a plugin, or one that says in a line why there is none."""
    try:
        found = importlib.import_module(module).command
    # A plugin that calls sys.exit() while it is imported must not end other commands.
    except (Exception, SystemExit) as error:
        return _make_stub(plugin, f"{type(error).__name__}: {error}")
    if not isinstance(found, click.Group) or found.name != plugin:
        return _make_stub(plugin, f"`command` in {module} is no group named {plugin}")
    return _open_site_for(plugin, found)


def _make_stub(plugin: str, reason: str) -> click.Command:
    line = " ".join(reason.split())

    def refuse() -> None:
        raise click.ClickException(f"the commands of plugin {plugin} cannot be loaded: {line}")

    return click.Command(plugin, callback=refuse, help=f"Cannot be loaded: {line}")


def _open_site_for(plugin: str, command: click.Command) -> click.Command:
    """Return a copy that opens the site of `--dir` first and runs inside its context."""
    opened = copy.copy(command)
    if isinstance(command, click.Group):
        assert isinstance(opened, click.Group)
        inner = {name: _open_site_for(plugin, one) for name, one in command.commands.items()}
        opened.commands = inner
        return opened
    option = click.Option(
        ["--dir", _DIR],
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("data"),
        envvar="FORUM_DATA_DIR",
        show_default=True,
        help="Data directory of the site.",
    )
    opened.params = [*command.params, option]
    opened.callback = _run_inside(plugin, command.callback or (lambda: None))
    return opened


def _run_inside(plugin: str, callback: Callable[..., Any]) -> Callable[..., Any]:
    def run(**values: Any) -> Any:
        # Late: `forum --help` lists commands without loading the forum.
        from forum.cli.opening import open_site
        from forum.core.errors import ConfigError
        from forum.core.services import service
        from forum.plugin.calling import calling

        app = open_site(values.pop(_DIR))
        with app.app_context():
            if plugin not in service("dispatcher").loaded.names:
                raise ConfigError(f"plugin {plugin} is not loaded here; see: forum plugin list")
            with calling(plugin):
                return click.get_current_context().invoke(callback, **values)

    return run
