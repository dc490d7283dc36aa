"""Every hook says when it is called, when not, and what it wants back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.tree import Module, dotted, list_modules

PARTS = ("When:", "Not sent for:", "Return:")


def find_hooks(module: Module) -> Iterator[ast.FunctionDef]:
    """Find the functions that are declared as hooks."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            marks = [
                mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list
            ]
            if any(dotted(mark).rpartition(".")[2] == "hookspec" for mark in marks):
                yield node


def find_silence(module: Module) -> Iterator[str]:
    """Name what the docstring of a hook leaves out."""
    for hook in find_hooks(module):
        said = ast.get_docstring(hook) or ""
        for part in PARTS:
            if part not in said:
                yield f"{hook.name}: {part}"


def test_every_hook_is_documented() -> None:
    modules = list_modules("forum/plugin/specs/")
    assert [fault for module in modules for fault in find_silence(module)] == []


def test_silent_hook_is_caught() -> None:
    sample = '@hookspec(audience="area")\ndef on_x(e):\n    """Do.\n\n    When: now.\n    """\n'
    found = list(find_silence(Module("forum/plugin/specs/x.py", sample)))
    assert found == ["on_x: Not sent for:", "on_x: Return:"]
