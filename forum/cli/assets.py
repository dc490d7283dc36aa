"""forum assets: build the third-party front-end packages; the site works without them."""

from __future__ import annotations

import click

from forum.web.assets import build as build_assets


@click.group("assets", epilog="Example: forum assets build")
def command() -> None:
    """Build what the pages load beside our own files."""


@command.command("build", epilog="Example: forum assets build")
def build() -> None:
    """Fetch the locked packages with npm and bundle them; only in a checkout."""
    built = build_assets()
    for name, file in sorted(built.items()):
        click.echo(f"{name} → {file}")
