"""docs/security.md names, for every class of holes, tests that exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.tree import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|plugins)/[\w/]+\.py::\w+)`", TEXT)))
CLASSES = 30


def list_tests(path: str) -> set[str]:
    """Return the names of the tests in a file, those in classes too."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name: str) -> None:
    path, _, test = name.partition("::")
    assert test in list_tests(path)


def test_every_class_has_tests_or_says_why_not() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", TEXT, re.MULTILINE)
    assert [int(number) for number, _rest in rows] == list(range(1, CLASSES + 1))
    bare = [
        number for number, rest in rows if "::test_" not in rest and "no feature yet" not in rest
    ]
    assert bare == []


def test_every_test_is_written_so_that_it_is_found() -> None:
    assert TEXT.count("::test_") == len(re.findall(r"`(?:tests|plugins)/[\w/]+\.py::\w+`", TEXT))
