"""forum user: make members, give roles, hand out links; export, merge and erase people."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import click
from flask import Flask

from forum.accounts.operations import (
    Farewell,
    collect_data,
    create_user,
    erase_user,
    make_access_token,
    merge_users,
    promote_user,
    reapply_erasure,
    reset_link,
    revoke_access_token,
)
from forum.accounts.operations.access_tokens import TokenScope
from forum.accounts.passwords import check_password, hash_password
from forum.accounts.queries import AccessTokenRow, list_access_tokens
from forum.accounts.queries.privacy import list_tombstones
from forum.accounts.settings import DAYS, DAYS_AT_MOST
from forum.accounts.tombstones import read_tombstones, write_tombstones
from forum.cli.opening import ID, dir_option, open_site, require_person
from forum.core.audit import record
from forum.core.database import read_unit, unit
from forum.plugin import HookFailed

SiteRole = Literal["operator", "privacy"]
T = TypeVar("T")
role_choice = click.Choice(["operator", "privacy"])


@click.group("user", epilog="Example: forum user create anna@example.org --name 'Anna Beck'")
def command() -> None:
    """Make members, give site roles, hand out data, erase people."""


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


@command.command(
    "token", epilog="Example: forum user token anna@example.org --scope read --name Kalender"
)
@click.argument("email")
@dir_option
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["read", "write"]),
    multiple=True,
    help="What the token allows; give it twice for both.",
)
@click.option("--name", default="forum user token", show_default=True, help="What it is for.")
@click.option(
    "--days",
    type=click.IntRange(1, DAYS_AT_MOST),
    default=DAYS,
    show_default=True,
    help="How long it is good for.",
)
@click.option("--list", "listing", is_flag=True, help="List the member's tokens instead.")
@click.option("--revoke", "token_id", type=ID, help="Revoke the one with this id.")
def token(
    email: str,
    data_dir: Path,
    *,
    scopes: tuple[TokenScope, ...],
    name: str,
    days: int,
    listing: bool,
    token_id: int | None,
) -> None:
    """Make an access token for the API and print it, this once; or list or revoke tokens."""
    if bool(scopes) + listing + (token_id is not None) != 1:
        raise click.UsageError("say one of --scope, --list and --revoke.")
    app = open_site(data_dir)
    with app.app_context():
        user_id = _find(email)
        if listing:
            with read_unit():
                for row in list_access_tokens(user_id):
                    click.echo(_tell_token(row))
        elif token_id is not None:
            with unit():
                revoke_access_token(user_id, token_id)
            click.echo(f"Revoked {token_id}.")
        else:
            with unit():
                made = make_access_token(user_id, name=name, scopes=scopes, days=days)
            click.echo(made)


@command.command("export", epilog="Example: forum user export anna@example.org --out anna.zip")
@click.argument("email")
@dir_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write; one that is there already is left alone.",
)
def export(email: str, data_dir: Path, *, out: Path) -> None:
    """Write everything that is kept about a person into a zip, for who cannot sign in.

    EMAIL is an address, or the handle of somebody without one.
    """
    app = open_site(data_dir)
    with app.app_context():
        user_id = _find(email)
        try:
            content = collect_data(user_id)
        except HookFailed as error:
            raise click.ClickException(str(error)) from None
        _write_new(out, content)
        with unit():
            record("accounts.export_user", None, subject=f"user:{user_id}")
    click.echo(f"Wrote {out}, {len(content)} bytes. Only {email} may have it.")


@command.command("erase", epilog="Example: forum user erase anna@example.org --yes")
@click.argument("email")
@dir_option
@click.option("--yes", is_flag=True, help="Do it; there is no way back.")
@click.option("--delete-texts", is_flag=True, help="Delete what the person wrote too.")
@click.option("--successor", help="Address of who takes over what nobody else does.")
@click.option("--reason", default="", help="Why, for the audit log; no names.")
def erase(
    email: str,
    data_dir: Path,
    *,
    yes: bool,
    delete_texts: bool,
    successor: str | None,
    reason: str,
) -> None:
    """Erase a person everywhere, at once; posts stay under "former member".

    EMAIL is an address, or the handle of somebody without one.
    """
    app = open_site(data_dir)
    if not yes:
        raise click.UsageError("this cannot be undone; say --yes.")
    with app.app_context():
        farewell = Farewell(
            texts="delete" if delete_texts else "keep",
            reason=reason,
            successor_id=_find(successor) if successor else None,
        )
        rows = _carry_out(lambda: erase_user(_find(email), farewell))
    touched = ", ".join(f"{table} {count}" for table, count in sorted(rows.items()) if count)
    click.echo(f"Erased {email}: {touched}.")


class _DryRunError(Exception):
    """Takes back what a merge has done, after it has been counted."""


@command.command(
    "merge", epilog="Example: forum user merge @anna-beck-2 anna@example.org --dry-run"
)
@click.argument("source")
@click.argument("target")
@dir_option
@click.option("--dry-run", is_flag=True, help="Do everything but keep it: say what would change.")
@click.option("--yes", is_flag=True, help="Do it; there is no way back.")
@click.option("--reason", default="", help="Why, for the audit log; no names.")
def merge(
    source: str, target: str, data_dir: Path, *, dry_run: bool, yes: bool, reason: str
) -> None:
    """Let the account SOURCE go into the account TARGET: one person had both.

    Both are an address, or the handle of somebody without one. The old handle leads to TARGET.
    """
    app = open_site(data_dir)
    if not yes and not dry_run:
        raise click.UsageError("this cannot be undone; say --yes, or --dry-run first.")
    with app.app_context():
        rows: dict[str, int] = {}

        def act() -> None:
            rows.update(merge_users(_find(source), _find(target), reason=reason))
            if dry_run:
                raise _DryRunError

        with suppress(_DryRunError):
            _carry_out(act)
    touched = ", ".join(f"{table} {count}" for table, count in sorted(rows.items()) if count)
    said = "Would merge" if dry_run else "Merged"
    click.echo(f"{said} {source} into {target}: {touched}.")


@command.command("tombstones", epilog="Example: forum user tombstones > erased.ndjson")
@dir_option
def tombstones(data_dir: Path) -> None:
    """Print who was erased as hashes, to be kept apart from backups of the database."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        click.echo(write_tombstones(list_tombstones()), nl=False)


@command.command("reapply", epilog="Example: forum user reapply data/erasures.ndjson")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@dir_option
def reapply(file: Path, data_dir: Path) -> None:
    """Erase again whom a restored backup has brought back; FILE holds tombstones."""
    app = open_site(data_dir)
    with app.app_context():
        stones = [*read_tombstones(file.read_text("utf-8"))]
        again = [stone for stone in stones if _carry_out(partial(reapply_erasure, stone))]
    click.echo(f"Tombstones: {len(stones)}, erased again: {len(again)}.")


def _tell_token(row: AccessTokenRow) -> str:
    state = "revoked" if row.revoked_at else ("usable" if row.is_usable else "expired")
    used = f"{row.last_used_at:%Y-%m-%d}" if row.last_used_at else "never"
    until = f"{row.expires_at:%Y-%m-%d}"
    return f"{row.id}\t{state}\t{row.scopes}\tuntil {until}\tused {used}\t{row.name}"


def _find(who: str) -> int:
    with read_unit():
        return require_person(who)


def _carry_out(act: Callable[[], T]) -> T:
    try:
        with unit():
            return act()
    except HookFailed as error:
        raise click.ClickException(str(error)) from None


def _write_new(out: Path, content: bytes) -> None:
    """Write a file that nobody else on this machine may read."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _read_password(app: Flask, name: str, email: str) -> str:
    """Hash before the unit begins: it takes long, and a unit holds the write lock."""
    password = sys.stdin.readline().rstrip("\r\n")
    with app.app_context():
        check_password(password, about=(name, email))
        return hash_password(password)
