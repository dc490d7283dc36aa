"""What an operator can set and call stands in docs/operations.md; `make help` fits one screen."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import click

from forum.cli import commands
from forum.core.config import PREFIX, Config
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")


def list_commands(group: click.Group, path: str) -> Iterator[str]:
    """Return every command below `group` as one types it, groups left out."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from list_commands(found, f"{path} {name}")
        else:
            yield f"{path} {name}"


def list_rows(title: str) -> list[list[str]]:
    """Return the cells of the table below a heading."""
    part = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def test_every_setting_is_documented_with_its_default() -> None:
    rows = {row[0].strip("`"): row for row in list_rows("Settings")}
    assert sorted(rows) == sorted(PREFIX + name.upper() for name in Config.model_fields)
    for name, field in Config.model_fields.items():
        if isinstance(field.default, (int, str)) and field.default != "":
            default = str(field.default)
            shown = default.lower() if isinstance(field.default, bool) else default
            assert rows[PREFIX + name.upper()][1] == f"`{shown}`"


def test_every_command_is_documented_in_one_line() -> None:
    rows = [row[0].strip("`") for row in list_rows("Commands")]
    assert sorted(rows) == sorted(list_commands(commands, "forum"))


def test_every_command_in_the_text_exists() -> None:
    known = {*list_commands(commands, "forum")}
    told = re.findall(r"forum ((?:[a-z]+ ?)+)", " ".join(re.findall(r"`(forum [^`]+)`", PAGE)))
    assert [
        words for words in told if not any(f"forum {words}".startswith(one) for one in known)
    ] == []


def test_make_help_shows_every_public_target_on_one_screen() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    public = re.findall(r"^([a-z]+):", makefile, re.M)
    shown = subprocess.check_output(["make", "--no-print-directory", "help"], cwd=ROOT, text=True)
    lines = shown.splitlines()
    assert [line.split()[0] for line in lines] == public
    assert len(lines) <= 24
    assert all(len(line) <= 100 for line in lines)
