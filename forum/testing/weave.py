"""The weave: which tests hold a plugin in each surface that all of them share.

Tests say it themselves by `@pytest.mark.weave("search")`; the kit's rules hold cells of their own.
What does not apply is said, with the reason, in `unwoven` of the plugin's `PluginContract`.
`make docs` writes docs/weave.md from it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CELLS: Final[Mapping[str, str]] = {
    "permission": "who may see and do what",
    "search": "found by its own kind or facet, by those who may",
    "feed and notification": "told in feeds and in the inbox",
    "digest": "told in summaries",
    "mail out and in": "written as mail, answered by mail",
    "REST API and feeds": "read and changed by programs",
    "moderation": "hidden, brought back and audited",
    "export and erasure": "given out to and erased for its member",
    "area on/off": "gone where it is off, back where it is on again",
    "theme and no-JS": "dressed by themes, whole without scripts",
    "languages": "said in German, English and Swedish",
    "accessibility": "read by everybody",
    "event vocabulary": "its events are there for badges and reports",
    "demo and canaries": "in the demo, with tokens that must not leak",
    "docs": "said what it is, what it keeps and how that goes away",
}
BY_RULE: Final[Mapping[str, str]] = {
    "routes": "permission",
    "wall": "permission",
    "export": "export and erasure",
    "erasure": "export and erasure",
    "off": "area on/off",
    "kept": "area on/off",
    "texts": "languages",
    "accessibility": "accessibility",
    "declared": "docs",
}
"""Which cells the rules of the kit hold for every plugin whose tests inherit `PluginContract`."""
EVERY: Final = "*"
MADE: Final = "<!-- Written by `make docs` from the marks of tests; change them, not this page. -->"


@dataclass
class Weave:
    """One plugin: its tests by cell, as `path::name` from the root, and reasons for the others."""

    plugin: str
    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, str] = field(default_factory=dict)

    def find_faults(self) -> Iterator[str]:
        """Yield what is wrong: cells with nothing, with a reason beside tests, or unknown."""
        for cell in CELLS:
            if not self.tests.get(cell) and not self.reasons.get(cell, "").strip():
                yield f"{self.plugin}: no test and no reason for {cell!r}"
            if self.tests.get(cell) and cell in self.reasons:
                yield f"{self.plugin}: a test and a reason why there is none for {cell!r}"
        for cell in sorted({*self.tests, *self.reasons} - CELLS.keys()):
            yield f"{self.plugin}: {cell!r} is no cell of the weave"


def read_weave(root: Path) -> list[Weave]:
    """Return the weave of the plugins below `root`, by name.

    Cost: parses all test files once.
    """
    woven = {path.parent.name: Weave(path.parent.name) for path in root.glob("plugins/*/setup.cfg")}
    for path in sorted(root.glob("tests/**/test_*.py")):
        for plugin, cell, test in _read_marks(path, root):
            for name in woven if plugin == EVERY else [plugin]:
                woven.setdefault(name, Weave(name)).tests[cell].append(test)
    for name, weave in woven.items():
        for path in sorted(root.glob(f"plugins/{name}/tests/test_*.py")):
            for _plugin, cell, test in _read_marks(path, root):
                weave.tests[cell].append(test)
            _read_contract(weave, path, root)
    return [woven[name] for name in sorted(woven)]


def write_weave(root: Path) -> str:
    """Return docs/weave.md: one table of all plugins, then each plugin's tests by cell."""
    woven = read_weave(root)
    lines = [
        "# The weave",
        "",
        MADE,
        "",
        "Each plugin in each surface that all share: how many tests hold it there, or – and the",
        "reason below. A rule of the kit counts as one test.",
        "",
        f"| | {' | '.join(weave.plugin for weave in woven)} |",
        f"|---|{'---|' * len(woven)}",
    ]
    for cell, meaning in CELLS.items():
        counts = [str(len(weave.tests[cell])) if weave.tests.get(cell) else "–" for weave in woven]
        lines.append(f"| **{cell}**: {meaning} | {' | '.join(counts)} |")
    for weave in woven:
        lines += ["", f"## {weave.plugin}", ""]
        for cell in CELLS:
            held = [f"`{test}`" for test in weave.tests.get(cell, ())]
            lines.append(f"- **{cell}**: {', '.join(held) or weave.reasons.get(cell, '')}")
    return "\n".join(lines) + "\n"


def _read_marks(path: Path, root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield plugin, cell and test for every mark; plugins' own tests need not name the plugin."""
    where = path.relative_to(root).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.weave":
                named = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
                test = f"{where}::{node.name}"  # type: ignore[attr-defined]
                for cell in mark.args:
                    yield named.get("plugin", ""), ast.literal_eval(cell), test


def _read_contract(weave: Weave, path: Path, root: Path) -> None:
    where = path.relative_to(root).as_posix()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and "PluginContract" in map(ast.unparse, node.bases):
            for rule, cell in BY_RULE.items():
                weave.tests[cell].append(f"{where}::{node.name}::test_rule[{rule}]")
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == "unwoven":
                    weave.reasons |= ast.literal_eval(line.value) if line.value else {}
