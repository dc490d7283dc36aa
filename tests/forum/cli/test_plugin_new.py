"""`forum plugin new`: what it writes, how small it is, and which names it refuses."""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.cli import main
from forum.cli.plugin_new import list_files
from tests.architecture import source_rules as rules
from tests.architecture.test_plugins import NEEDED
from tests.architecture.test_templates import find_faults
from tests.architecture.tree import ROOT, Module

LIMIT = 100


def write(into: Path, name: str = "kudos") -> Path:
    assert main(["plugin", "new", name, "--into", str(into)]) == 0
    return into / f"forum-{name}"


def put_among_the_bundled(root: Path, name: str) -> Path:
    """Lay the project where the bundled ones lie, beside a core, and return its folder."""
    (root / "forum").symlink_to(ROOT / "forum")
    (root / "plugins").mkdir()
    shutil.copy(ROOT / "ruff.toml", root)
    return write(root / "plugins", name).rename(root / "plugins" / name)


def run(program: str, *arguments: str, cwd: Path, **settings: str) -> None:
    """Run a checker; it finds nothing."""
    command = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def count_own_lines(path: Path, text: str) -> int:
    """Count what somebody has to think of: no imports, markers of hooks or lone brackets."""
    if path.suffix == ".html":
        kept = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL).splitlines()
        return sum(bool(line.strip()) for line in kept)
    if path.suffix != ".py":
        return 0
    left_out = {line for node in _list_left_out(ast.parse(text)) for line in node}
    code = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
    }
    return len(code - left_out)


def _list_left_out(tree: ast.Module) -> Iterator[range]:
    for node in ast.walk(tree):
        said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if said or isinstance(node, ast.Import | ast.ImportFrom):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.FunctionDef):
            yield from (range(mark.lineno, mark.lineno + 1) for mark in node.decorator_list)


def test_it_writes_a_project_of_the_bundled_ones_shape(tmp_path: Path) -> None:
    project = write(tmp_path)
    assert {path.name for path in project.iterdir()} == {*NEEDED, "forum_kudos"}
    for name in ("setup.cfg", "pyproject.toml"):
        bundled = (ROOT / "plugins" / "polls" / name).read_text("utf-8")
        words = set(re.findall(r"^\[.*\]$", bundled, re.M))
        assert words <= set(re.findall(r"^\[.*\]$", (project / name).read_text("utf-8"), re.M))
    bundled = (ROOT / "plugins" / "polls" / "README.md").read_text("utf-8")
    heads = re.findall(r"^## .*$", (project / "README.md").read_text("utf-8"), re.M)
    # What only polls have to say stands before the sections that every plugin has.
    assert heads == re.findall(r"^## .*$", bundled, re.M)[-len(heads) :]
    assert len(heads) == 6
    assert "@" not in "".join(path.name for path in project.rglob("*"))


def test_a_button_with_table_setting_and_tests_takes_few_lines_of_ones_own() -> None:
    """Without migrations, which `forum db revision` writes, and catalogues, which hold no code."""
    counted = {
        str(path): count_own_lines(path, text)
        for path, text in list_files("kudos")
        if "migrations" not in path.parts
    }
    assert 0 < sum(counted.values()) < LIMIT, counted


@pytest.mark.parametrize("name", ["kudos", "ab", "buecher"])
def test_what_it_writes_passes_as_the_bundled_plugins_do(tmp_path: Path, name: str) -> None:
    put_among_the_bundled(tmp_path, name)
    run("ruff", "check", "plugins", cwd=tmp_path)
    for path, text in list_files(name):
        if path.suffix == ".html":
            assert list(find_faults(text)) == []
        if path.suffix == ".py":
            module = Module(f"plugins/{name}/{path}", text)
            shipped = rules.IN_THE_PRODUCT if path.parts[0] != "tests" else ()
            for rule in (*rules.EVERYWHERE, *shipped):
                assert list(rule(module)) == []


def test_what_it_writes_is_formatted(tmp_path: Path) -> None:
    put_among_the_bundled(tmp_path, "kudos")
    run("ruff", "format", "--check", "plugins", cwd=tmp_path)


def test_the_types_of_what_it_writes_are_right(tmp_path: Path) -> None:
    """Where `make types` stands, so that what it found out about the core is not found anew."""
    package = write(tmp_path) / "forum_kudos"
    run("mypy", str(package), cwd=ROOT, MYPYPATH=str(ROOT))


REFUSED = [
    ("Kudos", "'Kudos' is no name; use 2 to 30 of a–z and 0–9, a letter first"),
    ("k", "'k' is no name; use 2 to 30 of a–z and 0–9, a letter first"),
    ("two_words", "'two_words' is no name; use 2 to 30 of a–z and 0–9, a letter first"),
    ("../weg", "'../weg' is no name; use 2 to 30 of a–z and 0–9, a letter first"),
    ("search", "'search' belongs to the core; choose another name"),
    ("polls", "'polls' is taken by forum_polls.plugin; choose another name"),
]


@pytest.mark.parametrize(("name", "said"), REFUSED)
def test_names_that_no_plugin_can_have_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert main(["plugin", "new", name, "--into", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"forum: {said}\n"
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "forum-kudos").mkdir()
    assert main(["plugin", "new", "kudos", "--into", str(tmp_path)]) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err
    assert list((tmp_path / "forum-kudos").iterdir()) == []
    assert main(["plugin", "new", "kudos", "--into", str(tmp_path / "nirgends")]) == 2
    assert "no such directory" in capsys.readouterr().err


def test_check_refuses_what_is_not_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugin", "check", "nirgends"]) == 2
    assert "forum: no plugin nirgends is installed (installed: " in capsys.readouterr().err
    assert main(["plugin", "check", "polls", "--rule", "nirgends"]) == 2
