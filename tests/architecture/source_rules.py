"""What holds for every Python file, as functions from a module to its violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, Module, dotted, read_module

MAX_LINES = 400
MAX_DOCSTRING = 4
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}
FEATURE_KINDS = {"queries", "rules", "operations"}
VERBS = {
    "queries": ("get_", "find_", "list_", "count_", "has_"),
    "rules": ("can", "is_", "require"),
}
NO_OPERATION = (*VERBS["queries"], "can_", "require_")
FEATURES = "accounts areas discussions moderation notifications search home rest".split()
# What stands beside the rules on names and arguments: the words say more than the rule would.
EXCEPTIONS = {
    "suggest_people",  # what a member is shown while typing
    "fill_texts",  # reads what placeholders stand for, in one go
    "get_invited",  # reads by the secret of a link, past the wall like the operation beside it
    "can_edit",  # scope, topic, post: every rule on posts reads alike
    "can_delete",
    "can_restore",
    "require",  # require(can_edit(…)) reads as a sentence
    "set_plugin_settings",  # scope, plugin, values
}
OUTWARD = re.compile(
    r"^(socket|http\.client|urllib\.request|ftplib|asyncio|requests|httpx|urllib3|aiohttp)(\.|$)"
)
# The guarded fetch, what only listens, waits for the bell or asks for this host's name, and tests.
SPEAKERS = (
    *(f"forum/core/{name}.py" for name in ("http", "wire", "webserver", "bell", "processes")),
    "forum/demo/mailbox/server.py",
    "forum/testing/",
)
PRIVATE = re.compile(r"^forum\.(?P<feature>\w+)\.(models|forms|views|tasks|plugin)\b")
Rule = Callable[[Module], Iterator[str]]


def keep_files_small(module: Module) -> Iterator[str]:
    """At most 400 lines; a migration is written once, by a command, and never again."""
    if "/migrations/versions/" in module.path:
        return
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
    """What asks the database, allows or refuses begins with its verb; an operation with none."""
    if not _is_feature(module):
        return
    for function in _public_functions(module):
        allowed = _verbs_of(module, function)
        if allowed and not function.name.startswith(allowed):
            yield f"{module.path}: {function.name} begins with none of {', '.join(allowed)}"
        if module.stem == "operations" and function.name.startswith(NO_OPERATION):
            yield f"{module.path}: {function.name} reads or asks, so it is no operation"


def _verbs_of(module: Module, function: ast.FunctionDef) -> tuple[str, ...]:
    """Parts of statements and of rules are free to be called what they are."""
    asks = any(
        isinstance(node, ast.Attribute) and node.attr in {"execute", "scalars", "scalar"}
        for node in ast.walk(function)
    )
    answer = ast.unparse(function.returns) if function.returns else ""
    if module.stem == "queries" and asks:
        return VERBS["queries"]
    if module.stem == "rules" and answer in {"bool", "None"}:
        return VERBS["rules"]
    return ()


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


def respect_other_rooms(module: Module) -> Iterator[str]:
    """Another feature's tables, forms and pages are its own business."""
    if module.path.startswith(("forum/app.py", "forum/migrations/", "forum/testing/")):
        return
    for name in _imported_names(module):
        found = PRIVATE.match(name)
        if not found or found["feature"] not in FEATURES:
            continue
        if not module.path.startswith(f"forum/{found['feature']}/"):
            yield f"{module.path}: {name}; ask its queries, rules, operations or events"


def fetch_through_the_guard(module: Module) -> Iterator[str]:
    """Nothing is loaded from elsewhere but by `forum.core.http`."""
    if module.path.startswith(SPEAKERS):
        return
    for name in _imported_names(module):
        if OUTWARD.match(name):
            yield f"{module.path}: {name}; load it with forum.core.http.fetch"


def _imported_names(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_feature(module: Module) -> bool:
    rooms = ("plugins/", *(f"forum/{feature}/" for feature in FEATURES))
    return module.stem in FEATURE_KINDS and module.path.startswith(rooms)


def _public_functions(module: Module) -> Iterator[ast.FunctionDef]:
    """Give what others may call: of a package only what its __init__ offers."""
    offered = _offered_by_package(module)
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name in EXCEPTIONS:
            continue
        if not node.name.startswith("_") and (offered is None or node.name in offered):
            yield node


def _offered_by_package(module: Module) -> set[str] | None:
    package = (ROOT / module.path).with_name("__init__.py")
    if package.parent.name not in FEATURE_KINDS or not package.exists():
        return None
    return {name.rpartition(".")[2] for name in _imported_names(read_module(package))}


EVERYWHERE: tuple[Rule, ...] = (keep_files_small, say_what_belongs_here, name_what_it_is)
IN_THE_PRODUCT: tuple[Rule, ...] = (
    take_time_from_the_clock,
    print_only_in_commands,
    begin_with_the_verb,
    name_arguments,
    leave_the_end_to_the_caller,
    respect_other_rooms,
    fetch_through_the_guard,
)
