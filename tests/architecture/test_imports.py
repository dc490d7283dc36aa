"""Who may import whom: the contracts in setup.cfg hold, and each of them catches a breach."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, list_plugin_folders

# One breach per contract: the file that gets a line, the line, the contract's section.
BREACHES = [
    ("forum/core/clock.py", "import forum.web", "house"),
    ("forum/areas/queries.py", "import forum.areas.rules", "room"),
    ("forum/areas/rules.py", "from flask import request", "flask"),
    ("forum/markup/__init__.py", "import sqlalchemy", "framework"),
    ("forum/discussions/queries.py", "import flask_sqlalchemy", "database"),
]
PACKAGES = [f"forum_{folder.name}" for folder in list_plugin_folders()]
if PACKAGES:
    BREACHES += [
        (f"{PACKAGES[0]}/plugin.py", "import forum.core.clock", "plugins"),
        ("forum/home/queries.py", f"import {PACKAGES[0]}", "names"),
    ]
if len(PACKAGES) > 1:
    BREACHES.append((f"{PACKAGES[0]}/plugin.py", f"import {PACKAGES[1]}", "strangers"))


def _lint(directory: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--config", "setup.cfg", "--no-cache", "--no-logo"]
    environ = {**os.environ, "PYTHONPATH": str(directory), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=directory, env=environ, capture_output=True, text=True, check=False
    )


def _contracts() -> dict[str, str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): config[section]["name"]
        for section in config.sections()
        if section.startswith(prefix)
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tree's Python to do wrong in."""
    for folder in [ROOT / "forum", *(path for path in ROOT.glob("plugins/*/forum_*"))]:
        shutil.copytree(folder, tmp_path / folder.name, ignore=_keep_python)
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def _keep_python(directory: str, names: list[str]) -> list[str]:
    kept = (name for name in names if (Path(directory) / name).is_dir() or name.endswith(".py"))
    return sorted(set(names) - set(kept) | {"__pycache__"} & set(names))


def test_contracts_hold() -> None:
    ran = _lint(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_contract_catches_a_breach(copy: Path) -> None:
    for file, line, _section in BREACHES:
        path = copy / file
        path.touch()
        text = path.read_text("utf-8")
        path.write_text(f"{text}\n{line}\n", "utf-8")
    ran = _lint(copy)
    names = {name: section for section, name in _contracts().items()}
    broken = re.findall(r"^(.+?) BROKEN", ran.stdout, flags=re.MULTILINE)
    assert {names[name] for name in broken} == {section for *_, section in BREACHES}, ran.stdout


def test_new_room_needs_a_place_in_the_house(copy: Path) -> None:
    (copy / "forum" / "stray").mkdir()
    (copy / "forum" / "stray" / "__init__.py").touch()
    ran = _lint(copy)
    assert ran.returncode == 1
    assert "forum.stray" in ran.stdout


def test_every_contract_has_a_breach() -> None:
    lonely = {"strangers"} if len(PACKAGES) == 1 else set()
    assert {section for *_, section in BREACHES} | lonely == set(_contracts())
