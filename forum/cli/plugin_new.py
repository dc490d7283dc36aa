"""forum plugin new: write a distribution that does something, keeps every rule and has tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from forum.core.errors import ConfigError
from forum.plugin.loader import discover
from forum.plugin.manifest import NAME, RESERVED

HOME: Final = Path(__file__).with_name("scaffold")
SUFFIX: Final = ".in"


@click.command("new", epilog="Example: forum plugin new kudos --into .")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder that gets the project (default: here).",
)
def new(name: str, into: Path) -> None:
    """Write the project of a new plugin: a button under every post, with table and tests.

    Change it into what you want; `forum plugin check NAME` says whether the rules still hold.
    """
    refuse_name(name)
    target = into / f"forum-{name}"
    if target.exists():
        raise ConfigError(f"{target} is there already; nothing was written")
    if not into.is_dir():
        raise ConfigError(f"{into}: no such directory; make it first")
    for path, text in list_files(name):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, "utf-8")
    click.echo(f"Wrote {target}. Next: pip install -e {target} && forum plugin check {name}")


def refuse_name(name: str) -> None:
    """Errors: ConfigError for a name that no plugin may have, or that an installed one has."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name; use 2 to 30 of a–z and 0–9, a letter first")
    if name in RESERVED:
        raise ConfigError(f"{name!r} belongs to the core; choose another name")
    for point in discover():
        if point.name == name:
            raise ConfigError(f"{name!r} is taken by {point.value}; choose another name")


def list_files(name: str) -> Iterator[tuple[Path, str]]:
    """Yield each file of a plugin's project: where it stands, and its text."""
    for source in sorted(HOME.rglob(f"*{SUFFIX}")):
        renamed = {"package": f"forum_{name}", "name": name, "name.po": f"{name}.po"}
        parts = source.relative_to(HOME).with_suffix("").parts
        text = source.read_text("utf-8").replace("@name@", name).replace("@Name@", name.title())
        yield Path(*(renamed.get(part, part) for part in parts)), text
