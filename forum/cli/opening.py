"""What commands share: the `--dir` option and the way from a directory to an app."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask

from forum.accounts.queries.privacy import find_person
from forum.app import create_app
from forum.areas.queries import get_system_scope
from forum.areas.scope import Scope
from forum.core.config import load_config
from forum.core.database import close_connections
from forum.core.errors import ConfigError, NotFound
from forum.core.log import configure_logging
from forum.core.migrations import require_current

SERVED = "served-at"

dir_option = click.option(
    "--dir",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    envvar="FORUM_DATA_DIR",
    show_default=True,
    help="Data directory of the site.",
)


ID: Final = click.IntRange(1, 2**31 - 1)
"""A larger number is no id: PostgreSQL has no room for it."""


def open_app(data_dir: Path, **overrides: Any) -> Flask:
    """Build the app of an existing data directory.

    Errors: raises ConfigError when there is none or its settings are wrong.
    """
    if not data_dir.is_dir():
        raise ConfigError(f"{data_dir}: no such directory; forum serve --dir {data_dir} makes it")
    config = load_config(data_dir, os.environ, **overrides)
    if not config.public_url:
        config = config.model_copy(update={"public_url": _served_url(data_dir)})
    # A command answers in a few lines of its own; hints of the start belong to `forum check`.
    configure_logging("debug" if config.log_level == "debug" else "error")
    app = create_app(config)
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(lambda: close_connections(app))
    return app


def open_area(slug: str | int | None) -> Scope:
    """Return the area that a command names, the root for None; in a unit.

    Errors: raises ClickException when there is none.
    """
    try:
        return get_system_scope(slug)
    except NotFound:
        found = "the site is not set up yet" if slug is None else f"no area has the address {slug}"
        raise click.ClickException(found) from None


def require_person(who: str) -> int:
    """Return the id of the person with this mail address or handle; in a unit.

    Errors: raises ClickException when there is nobody.
    """
    found = find_person(who)
    if found is None:
        raise click.ClickException(f"nobody has the address or handle {who}")
    return found


def remember_url(data_dir: Path, url: str) -> None:
    """Keep the address under which the site is served, for links that other commands print."""
    (data_dir / SERVED).write_text(f"{url}\n", "ascii")


def _served_url(data_dir: Path) -> str:
    try:
        return (data_dir / SERVED).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def open_site(data_dir: Path, **overrides: Any) -> Flask:
    """Build the app and make sure that its database has the schema of this code.

    Errors: as `open_app`; ConfigError when migrations are missing or the database is newer.
    """
    app = open_app(data_dir, **overrides)
    require_current(app)
    return app
