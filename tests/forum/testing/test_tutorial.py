"""The tutorial's blocks, put together, are the project that `forum plugin new` writes."""

from __future__ import annotations

import re

from forum.cli.plugin_new import list_files
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "plugin-tutorial.md"
BLOCK = re.compile(r"^`([^`\n]+)`:\n```\w+\n(.*?)^```$", re.M | re.S)
# Empty, or for people: the tutorial itself says what is in it.
LEFT_OUT = {
    "README.md",
    "forum_kudos/migrations/__init__.py",
    "forum_kudos/migrations/versions/__init__.py",
}


def test_the_blocks_make_the_project_that_is_tested() -> None:
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    told = dict(blocks)
    assert len(blocks) == len(told), "a file stands there twice"
    written = {str(path): text for path, text in list_files("kudos")}
    assert told == {path: text for path, text in written.items() if path not in LEFT_OUT}


def test_every_block_is_a_file() -> None:
    page = PAGE.read_text("utf-8")
    assert page.count("\n```") == 2 * len(BLOCK.findall(page))
