"""What commands share: the `--dir` option and the way from a directory to an app."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from flask import Flask

from forum.app import create_app
from forum.core.config import load_config
from forum.core.errors import ConfigError
from forum.core.log import configure_logging
from forum.core.migrations import require_current

dir_option = click.option(
    "--dir",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    envvar="FORUM_DATA_DIR",
    show_default=True,
    help="Data directory of the site.",
)


def open_app(data_dir: Path, **overrides: Any) -> Flask:
    """Build the app of an existing data directory.

    Errors: raises ConfigError when there is none or its settings are wrong.
    """
    if not data_dir.is_dir():
        raise ConfigError(f"{data_dir}: no such directory; forum serve --dir {data_dir} makes it")
    config = load_config(data_dir, os.environ, **overrides)
    configure_logging(config.log_level)
    return create_app(config)


def open_site(data_dir: Path, **overrides: Any) -> Flask:
    """Build the app and make sure that its database has the schema of this code.

    Errors: as `open_app`; ConfigError when migrations are missing or the database is newer.
    """
    app = open_app(data_dir, **overrides)
    require_current(app)
    return app
