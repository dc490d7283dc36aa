"""Stylesheets and scripts can be read: short lines, short files, no rule that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.tree import ROOT, list_tracked_files

LINES = 400
WIDTH = 120
USERS = (".html", ".py", ".js")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_HEAD = re.compile(r"([^{};]+)\{")
_CLASS = re.compile(r"\.([a-z][\w-]*)")
# Levels are counted: "d{{ depth }}", "l{{ level }}".
_COUNTED = re.compile(r"[dl]\d")


def read_files(*suffixes: str) -> dict[str, str]:
    """Return the text of what we ship with these endings, by path."""
    paths = [
        path
        for path in list_tracked_files()
        if path.startswith(("forum/", "plugins/", "themes/")) and "/tests/" not in path
    ]
    return {path: (ROOT / path).read_text("utf-8") for path in paths if path.endswith(suffixes)}


def list_classes(css: str) -> Iterator[str]:
    """Name every class that a selector asks for."""
    for head in _HEAD.findall(_COMMENT.sub("", css)):
        if not head.strip().startswith("@"):
            yield from _CLASS.findall(head)


def test_stylesheets_and_scripts_have_short_lines_and_files() -> None:
    faults = [
        f"{path}: {len(lines)} lines, longest {max(map(len, lines))}"
        for path, text in read_files(".css", ".js").items()
        if len(lines := text.splitlines()) > LINES or max(map(len, lines)) > WIDTH
    ]
    assert faults == []


def test_every_class_in_a_stylesheet_is_used() -> None:
    used = set(re.findall(r"[\w-]+", " ".join(read_files(*USERS).values())))
    unused = {
        path: sorted(name for name in {*list_classes(text)} - used if not _COUNTED.fullmatch(name))
        for path, text in read_files(".css").items()
    }
    assert {path: names for path, names in unused.items() if names} == {}


def test_a_class_is_found_in_every_form_of_selector() -> None:
    css = "/* .no */ @layer x { a.one, .two > :is(.three, b)::before { margin: .5rem; } }"
    assert [*list_classes(css)] == ["one", "two", "three"]
