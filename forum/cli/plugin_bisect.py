"""forum plugin bisect: which plugin breaks a page or a command, by halving."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from forum.accounts.queries.privacy import find_person
from forum.cli.opening import dir_option, open_app
from forum.core.database import read_unit
from forum.plugin.bisection import find_culprits
from forum.plugin.loader import Loaded

PATIENCE = 120
"""Seconds after which a try counts as broken."""

IsBad = Callable[[Sequence[str]], bool]


@click.command(
    "bisect",
    epilog="Example: forum plugin bisect --path /a/emobilitaet/ --as anna@example.org --dir data",
)
@dir_option
@click.option("--path", help="A page: broken when it fails or anything on it does.")
@click.option("--as", "address", help="Open the page as this member (default: nobody).")
@click.option("--check", "check_command", help="A command: broken when its exit code is not 0.")
def bisect(
    data_dir: Path, *, path: str | None, address: str | None, check_command: str | None
) -> int:
    """Find the plugin that breaks a page or a command, by loading ever fewer.

    With --path each try opens the page in a process of its own, strictly: what the site would
    skip counts as broken. With --check each try runs the command with FORUM_PLUGINS set. With
    neither you are asked: start the site as told, try, answer. Nothing of the site is changed.
    Exit code 0 when a plugin was found, 1 when it is none of them.
    """
    if path is not None and check_command is not None:
        raise click.UsageError("Give --path or --check, not both.")
    if path is not None and not path.startswith("/"):
        raise click.UsageError("--path begins with a slash, as in /a/emobilitaet/.")
    app = open_app(data_dir)
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    plugins = {one.name: one.manifest.requires for one in loaded.plugins if not one.builtin}
    if not plugins:
        raise click.ClickException("no plugin is loaded, so none can be the cause")
    if address is not None:
        with app.app_context(), read_unit():
            if find_person(address) is None:
                raise click.ClickException(f"nobody has the address {address}")
    is_bad = _choose(data_dir, path=path, address=address, check_command=check_command)
    found = find_culprits(sorted(plugins), plugins, is_bad)
    if not found:
        click.echo("It is none of the plugins: it is the same with all of them and with none.")
        return 1
    words = "Broken by" if len(found) == 1 else "Broken only by these together:"
    click.echo(f"{words} {', '.join(found)}")
    return 0


def _choose(
    data_dir: Path, *, path: str | None, address: str | None, check_command: str | None
) -> IsBad:
    if check_command is not None:
        command: str | list[str] = check_command
        settings = {}
    elif path is not None:
        command = [sys.executable, "-m", "forum.cli.probe", path, address or ""]
        settings = {"FORUM_STRICT": "1"}
    else:
        return _ask

    def try_it(plugins: Sequence[str]) -> bool:
        environment = {
            **os.environ,
            **settings,
            "FORUM_PLUGINS": ",".join(plugins),
            "FORUM_DATA_DIR": str(data_dir.absolute()),
        }
        return _tell(plugins, _fails(command, environment))

    return try_it


def _fails(command: str | list[str], environment: dict[str, str]) -> bool:
    try:
        # The command is the operator's own, for their own shell.
        done = subprocess.run(
            command,
            shell=isinstance(command, str),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _ask(plugins: Sequence[str]) -> bool:
    click.echo(f"Start the site with FORUM_PLUGINS='{','.join(plugins)}' and try.")
    return _tell(plugins, click.prompt("Is it", type=click.Choice(["good", "bad"])) == "bad")


def _tell(plugins: Sequence[str], is_bad: bool) -> bool:
    click.echo(f"{'bad ' if is_bad else 'good'} with {', '.join(plugins) or 'no plugin'}")
    return is_bad


COMMANDS = (bisect,)
