"""forum area host: names of hosts that lead to areas."""

from __future__ import annotations

from pathlib import Path

import click

from forum.areas.operations import add_host, remove_host
from forum.areas.queries import list_hosts
from forum.areas.scope import Scope
from forum.cli.opening import dir_option, open_area, open_site
from forum.core.database import read_unit, unit
from forum.core.errors import NotFound
from forum.web.mails import host_url

reason_option = click.option("--reason", default="", help="Why, for the log.")


@click.group("host", epilog="Example: forum area host add niedersachsen ni.example.org")
def command() -> None:
    """Let areas have names of their own, beside that of the site.

    A name is trusted from then on: let it lead to this server, with a certificate, first.
    """


@command.command("add", epilog="Example: forum area host add niedersachsen ni.example.org")
@click.argument("slug")
@click.argument("name")
@dir_option
@reason_option
def add(slug: str, name: str, *, data_dir: Path, reason: str) -> None:
    """Let the host NAME lead to the area SLUG, from the next request on."""
    app = open_site(data_dir)
    with app.app_context():
        with unit():
            host = add_host(open_area(slug), name, reason=reason)
        click.echo(f"{host_url(host)} leads to {slug}.")


@command.command("remove", epilog="Example: forum area host remove niedersachsen ni.example.org")
@click.argument("slug")
@click.argument("name")
@dir_option
@reason_option
def remove(slug: str, name: str, *, data_dir: Path, reason: str) -> None:
    """Let the host NAME no longer lead to the area SLUG; the area stays."""
    app = open_site(data_dir)
    with app.app_context(), unit():
        scope = open_area(slug)
        try:
            host = remove_host(scope, name, reason=reason)
        except NotFound:
            raise click.ClickException(f"{name} does not lead to {slug}") from None
    click.echo(f"{host} no longer leads to {slug}.")


@command.command("list", epilog="Example: forum area host list")
@click.argument("slug", required=False)
@dir_option
def show(slug: str | None, *, data_dir: Path) -> None:
    """List the names of the area SLUG, or of all areas."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        area: Scope | None = None if slug is None else open_area(slug)
        rows = list_hosts(None if area is None else area.area.id)
    for row in rows:
        click.echo(f"{row.host} {row.slug}")
