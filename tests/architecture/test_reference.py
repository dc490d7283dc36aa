"""The pages that are written from the code are fresh, and leave no hook, type or event out."""

from __future__ import annotations

import re

import pytest

from forum.plugin import types
from forum.plugin.specs import SPECS
from forum.testing.reference import PAGES, list_bundled
from tests.architecture.tree import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_page_is_fresh(page: str) -> None:
    written = (ROOT / page).read_text("utf-8")
    assert written == PAGES[page](list_bundled()), "run: make docs"


def test_every_hook_and_type_has_a_heading() -> None:
    page = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    assert re.findall(r"^### (\w+)$", page, re.M) == [*SPECS, *types.__all__]


def test_every_hook_has_an_example() -> None:
    page = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    parts = page.partition("\n## Types")[0].split("\n### ")[1:]
    assert [part.split("\n")[0] for part in parts if "- **Example**: " not in part] == []


def test_contract_says_which_hooks_are_not_built_yet() -> None:
    page = (ROOT / "docs" / "plugin-contract.md").read_text("utf-8")
    verbs = "register|validate|filter|render|collect|on|move|merge|erase|export|copy|delete|seed"
    named = set(re.findall(rf"`((?:{verbs})_[a-z_]+)`", page))
    planned = page.partition("- hooks:")[2].partition("- commands:")[0]
    assert named - set(SPECS) == set(re.findall(r"`(\w+)`", planned))
