"""What holds for every Python file, as functions from a module to its violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.tree import Module, dotted

MAX_LINES = 400
MAX_DOCSTRING = 4
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}
FEATURE_KINDS = {"queries", "rules", "operations"}
VERBS = {"queries": ("get_", "find_", "list_", "count_"), "rules": ("can_", "require_")}
Rule = Callable[[Module], Iterator[str]]


def keep_files_small(module: Module) -> Iterator[str]:
    """At most 400 lines."""
    lines = module.text.count("\n")
    if lines > MAX_LINES:
        yield f"{module.path}: {lines} lines, split it by noun"


def say_what_belongs_here(module: Module) -> Iterator[str]:
    """A short docstring in every module that holds anything."""
    if not module.tree.body:
        return
    docstring = ast.get_docstring(module.tree)
    if not docstring:
        yield f"{module.path}: no module docstring"
    elif len([line for line in docstring.splitlines() if line.strip()]) > MAX_DOCSTRING:
        yield f"{module.path}: module docstring of more than {MAX_DOCSTRING} lines"


def name_what_it_is(module: Module) -> Iterator[str]:
    """No file or folder that could hold anything."""
    for part in Path(module.path).with_suffix("").parts:
        if part in VAGUE:
            yield f"{module.path}: {part} says nothing; name the noun"


def take_time_from_the_clock(module: Module) -> Iterator[str]:
    """No clock but `forum.core.clock`."""
    if module.path == "forum/core/clock.py":
        return
    for call in module.calls():
        name = dotted(call.func)
        if re.search(r"\b(datetime|date)\.(now|utcnow|today)$", name):
            yield f"{module.path}:{call.lineno}: {name}(), use forum.core.clock.now()"


def print_only_in_commands(module: Module) -> Iterator[str]:
    """No print outside the command line."""
    if module.path.startswith("forum/cli/"):
        return
    for call in module.calls():
        if dotted(call.func) == "print":
            yield f"{module.path}:{call.lineno}: print"


def begin_with_the_verb(module: Module) -> Iterator[str]:
    """Queries and rules begin with their verbs, operations with none of these."""
    if not _is_feature(module):
        return
    reserved = tuple(verb for verbs in VERBS.values() for verb in verbs)
    for function in _public_functions(module):
        allowed = VERBS.get(module.stem)
        if allowed and not function.name.startswith(allowed):
            yield f"{module.path}: {function.name} begins with none of {', '.join(allowed)}"
        if not allowed and function.name.startswith(reserved):
            yield f"{module.path}: {function.name} reads or asks, so it is no operation"


def name_arguments(module: Module) -> Iterator[str]:
    """Keyword-only after the first two arguments, no boolean among the positional ones."""
    if not _is_feature(module):
        return
    for function in _public_functions(module):
        positional = [*function.args.posonlyargs, *function.args.args]
        if len(positional) > 2:
            yield f"{module.path}: {function.name} takes {len(positional)} positional arguments"
        for argument in positional:
            if argument.annotation and "bool" in ast.unparse(argument.annotation).split(" | "):
                yield f"{module.path}: {function.name} takes {argument.arg} (bool) by position"


def leave_the_end_to_the_caller(module: Module) -> Iterator[str]:
    """Operations, queries and rules neither commit nor see the request."""
    if not _is_feature(module):
        return
    for call in module.calls():
        if re.search(r"(^|\.)(commit|rollback)$", dotted(call.func)):
            yield f"{module.path}:{call.lineno}: {dotted(call.func)}() belongs to the unit"


def _is_feature(module: Module) -> bool:
    return module.stem in FEATURE_KINDS and module.path.startswith(("forum/", "plugins/"))


def _public_functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


EVERYWHERE: tuple[Rule, ...] = (keep_files_small, say_what_belongs_here, name_what_it_is)
IN_THE_PRODUCT: tuple[Rule, ...] = (
    take_time_from_the_clock,
    print_only_in_commands,
    begin_with_the_verb,
    name_arguments,
    leave_the_end_to_the_caller,
)
