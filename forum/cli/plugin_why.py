"""forum plugin why: why a plugin is on or off in an area."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from forum.areas.queries import ChainLink, Why, find_reasons
from forum.cli.opening import dir_option, open_area, open_site
from forum.core.database import read_unit
from forum.core.services import service
from forum.plugin.loader import Loaded

WORDS = {
    "default": "nobody said anything, so its default holds",
    "explicit": "{source} says so",
    "locked": "{source} says so for everything below",
    "needed": "{because_of}, which is on, requires it",
    "requirement_off": "it requires {because_of}, which cannot be on",
}


@click.command("why", epilog="Example: forum plugin why polls --area kreis-osnabrueck --dir data")
@click.argument("name")
@dir_option
@click.option("--area", help="Address of the area (default: the root).")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def why(name: str, data_dir: Path, *, area: str | None, as_json: bool) -> int:
    """Say why a plugin is on or off in an area: which area decides, who said so, when and why."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        loaded: Loaded = service("dispatcher").loaded
        _require_loaded(loaded, name)
        found = find_reasons(open_area(area), name)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=False))
    else:
        for line in _tell(found):
            click.echo(line)
    return 0


def _require_loaded(loaded: Loaded, name: str) -> None:
    if any(plugin.name == name and not plugin.builtin for plugin in loaded.plugins):
        return
    for broken in loaded.quarantined:
        if broken.name == name:
            raise click.ClickException(f"off everywhere: {broken.reason}")
    if any(plugin.name == name for plugin in loaded.plugins):
        raise click.ClickException(f"{name} is part of the forum and on everywhere")
    if loaded.safe_mode:
        raise click.ClickException("off everywhere: FORUM_SAFE_MODE loads no plugin")
    if name in loaded.available:
        raise click.ClickException(f"off everywhere: {name} is not in FORUM_PLUGINS")
    raise click.ClickException(f"no plugin {name} is installed; see: forum plugin list")


def _tell(found: Why) -> list[str]:
    words = WORDS[found.reason].format(source=found.source, because_of=found.because_of)
    state = "on" if found.active else "off"
    lines = [f"{found.plugin} is {state} in {found.area}: {words}."]
    lines += [_tell_link(link, decides=link.area == found.source) for link in found.chain]
    lines.append(f"default: {'on' if found.default else 'off'}")
    if found.requires:
        lines.append(f"requires: {', '.join(found.requires)}")
    if found.locked:
        lines.append(f"locked: only {found.source} and areas above it can change this")
    if found.restricted:
        lines.append("restricted: only operators switch it")
    if found.site_only:
        lines.append("one state for the whole site: the root's")
    return lines


def _tell_link(link: ChainLink, *, decides: bool) -> str:
    told = f"{'→' if decides else ' '} {link.area:30} {link.state:10}"
    if link.at is not None:
        told += f" {link.at:%F %R}"
    if link.by:
        told += f" {link.by}"
    return f"{told} “{link.reason}”" if link.reason else told.rstrip()


COMMANDS = (why,)
