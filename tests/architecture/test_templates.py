"""Pages bring no inline script or style: the content security policy allows none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, list_tracked_files

SUFFIXES = (".html", ".jinja", ".j2", ".svg")
FAULTS = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
    "foreign host": re.compile(
        r"""\b(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE
    ),
}


def find_faults(text: str) -> Iterator[str]:
    """Name what the policy would block; Jinja's own comments are not sent."""
    sent = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    # `>` inside an expression would end the tag for the patterns above.
    sent = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", sent, flags=re.DOTALL)
    return (name for name, pattern in FAULTS.items() if pattern.search(sent))


def is_mail(path: str) -> bool:
    """Mail carries its own styles: they are inlined when it is sent."""
    return "/mail/" in path


def list_templates() -> list[str]:
    """Return every template of core, themes and plugins."""
    roots = ("forum/templates/", "themes/", "plugins/")
    found = [path for path in list_tracked_files() if path.startswith(roots)]
    return [path for path in found if path.endswith(SUFFIXES) and "/tests/" not in path]


def test_templates_bring_nothing_inline() -> None:
    faults = {
        path: list(find_faults((ROOT / path).read_text("utf-8")))
        for path in list_templates()
        if not is_mail(path)
    }
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("sample", "fault"),
    [
        ('<p style="color:red">', "style attribute"),
        ('<p\n  class="{{ a > b }}"\n  STYLE = x>', "style attribute"),
        ("<style>p{}</style>", "style element"),
        ("<script>alert(1)</script>", "inline script"),
        ('<script type="module">', "inline script"),
        ('<button onclick="x()">', "event handler"),
        ("<img src=x onerror=x()>", "event handler"),
        ('<a href="javascript:x()">', "script address"),
        ('<link href="https://example.org/x.css">', "foreign host"),
    ],
)
def test_fault_is_caught(sample: str, fault: str) -> None:
    assert list(find_faults(sample)) == [fault]


@pytest.mark.parametrize(
    "sample",
    [
        '<script src="/static/app.js" type="module"></script>',
        '<p data-style="x" class="on-top">on = 1</p>',
        "{# <p style=x> #}",
        '<a href="{{ url }}">',
    ],
)
def test_harmless_is_left_alone(sample: str) -> None:
    assert list(find_faults(sample)) == []
