"""Reads the source tree for the architecture tests: modules, templates, plugins."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file; samples in tests carry a path that exists nowhere."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)

    @property
    def stem(self) -> str:
        """The part of the path that names its kind: `views` for views.py and views/topics.py."""
        parts = Path(self.path).with_suffix("").parts
        kinds = {"models", "queries", "rules", "operations", "events", "forms", "views", "tasks"}
        return next((part for part in parts if part in kinds), parts[-1])

    def calls(self) -> Iterator[ast.Call]:
        """Walk over every call in the file."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def list_tracked_files() -> list[str]:
    """Return the files that git tracks or would track, as paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(path for path in listed.stdout.splitlines() if (ROOT / path).is_file())


def list_modules(*folders: str) -> list[Module]:
    """Return the Python files below the folders (all of them when none is named)."""
    found = [path for path in list_tracked_files() if path.endswith(".py")]
    if folders:
        found = [path for path in found if path.startswith(folders)]
    return [read_module(ROOT / path) for path in found]


def read_module(path: Path) -> Module:
    """Return one Python file below the root."""
    return Module(str(path.relative_to(ROOT)), path.read_text("utf-8"))


def list_product_modules() -> list[Module]:
    """Return what is shipped: the core and the plugins' packages, without tests."""
    return [module for module in list_modules("forum/", "plugins/") if "/tests/" not in module.path]


def list_plugin_folders() -> list[Path]:
    """Return the folders of the bundled plugins."""
    return sorted(path.parent for path in (ROOT / "plugins").glob("*/setup.cfg"))


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
