"""forum demo: fill an empty directory with the demo federation."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from forum.cli.opening import dir_option, open_app
from forum.core import migrations
from forum.core.database import refresh_statistics, unit
from forum.core.dirlock import make_directory
from forum.demo.mailbox.server import MARK
from forum.demo.run import Demo, build_demo
from forum.search.operations import rebuild_index

PRESENT = datetime(2026, 9, 15, 9, 30, tzinfo=UTC)


@click.command("demo", epilog="Example: forum demo --dir data --seed 42")
@dir_option
@click.option("--seed", type=click.IntRange(0), default=42, show_default=True)
@click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    default=None,
    help="The demo's present in UTC.  [default: 2026-09-15]",
)
def command(data_dir: Path, seed: int, now: datetime | None) -> None:
    """Fill an empty directory with the demo federation and print who can log in.

    The same seed and present give the same content. Logins, areas and planted canaries stand in
    demo.json in the directory, readable by its owner only.
    """
    make_directory(data_dir)
    _name_site(data_dir / "forum.toml")
    app = open_app(data_dir)
    migrations.upgrade(app)
    present = now.replace(tzinfo=UTC) if now else PRESENT
    with app.app_context():
        demo = build_demo(seed=seed, now=present)
        with unit():
            refresh_statistics()
        rebuild_index()
    _write_json(data_dir / MARK, demo)
    click.echo(f"{len(demo.areas)} areas, {demo.topics} topics, {demo.posts} posts.")
    for login in demo.logins:
        click.echo(f"  {login.email:32} {login.password:34} {login.persona.role}")


def _name_site(path: Path) -> None:
    """Give the demo its name; settings that are there already stay."""
    if not path.exists():
        path.write_text('site_name = "Zukunftskommunen"\nregistration = "open"\n', "utf-8")


def _write_json(path: Path, demo: Demo) -> None:
    """Write what checks rely on; the mode is set before anything secret is in the file."""
    content: dict[str, Any] = {
        "personas": {
            login.persona.key: {
                "email": login.email,
                "password": login.password,
                "role": login.persona.role,
            }
            for login in demo.logins
        },
        "areas": {
            area.slug: {
                "kind": area.kind,
                "visibility": area.visibility,
                "parent": area.parent,
                "sealed": area.sealed,
            }
            for area in demo.areas
        },
        "canaries": [
            {"token": c.token, "kind": c.kind, "area": c.area, "audience": audience}
            for c, audience in demo.canaries
        ],
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
