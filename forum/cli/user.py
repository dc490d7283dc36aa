"""forum user: make a member, give a site role, hand out a link for a new password."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click
from flask import Flask

from forum.accounts.operations import create_user, promote_user, reset_link
from forum.accounts.passwords import check_password, hash_password
from forum.cli.opening import dir_option, open_site
from forum.core.database import unit

SiteRole = Literal["operator", "privacy"]
role_choice = click.Choice(["operator", "privacy"])


@click.group("user", epilog="Example: forum user create anna@example.org --name 'Anna Beck'")
def command() -> None:
    """Make members and give site roles."""


@command.command(
    "create",
    epilog="Example: forum user create anna@example.org --name 'Anna Beck' --role operator",
)
@click.argument("email")
@dir_option
@click.option("--name", required=True, help="Name shown beside posts.")
@click.option("--role", type=role_choice, help="Site role to give.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)
def create(
    email: str, data_dir: Path, *, name: str, role: SiteRole | None, password_stdin: bool
) -> None:
    """Make an active member with this address.

    Without a password it prints a link, valid for two hours, to choose one.
    """
    app = open_site(data_dir)
    password_hash = _read_password(app, name, email) if password_stdin else None
    with app.app_context():
        with unit():
            create_user(name, email, password_hash=password_hash)
            if role is not None:
                promote_user(email, role)
            link = None if password_hash else reset_link(email)
    click.echo(f"Made {email}.")
    if link:
        click.echo(f"Choose a password: {link}")


@command.command("promote", epilog="Example: forum user promote anna@example.org --role operator")
@click.argument("email")
@dir_option
@click.option("--role", type=role_choice, default="operator", show_default=True, help="Site role.")
def promote(email: str, data_dir: Path, *, role: SiteRole) -> None:
    """Give a site role: operator (plugins, settings) or privacy (export, erasure)."""
    app = open_site(data_dir)
    with app.app_context():
        with unit():
            promote_user(email, role)
    click.echo(f"{email} has the role {role}.")


@command.command("reset", epilog="Example: forum user reset anna@example.org")
@click.argument("email")
@dir_option
def reset(email: str, data_dir: Path) -> None:
    """Print a link, valid for two hours, to choose a new password."""
    app = open_site(data_dir)
    with app.app_context():
        with unit():
            link = reset_link(email)
    click.echo(link)


def _read_password(app: Flask, name: str, email: str) -> str:
    """Hash before the unit begins: it takes long, and a unit holds the write lock."""
    password = sys.stdin.readline().rstrip("\r\n")
    with app.app_context():
        check_password(password, about=(name, email))
        return hash_password(password)
