"""Writes docs/hooks.md, events.md and weave.md from the code: `make docs`; a test holds them fresh.

What the pages say about a hook or an event is what stands in its docstring.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from forum.app import BUILTINS
from forum.areas.vocabulary import CORE_EVENTS
from forum.core.events import Event, list_kinds
from forum.plugin import types
from forum.plugin.loader import Loaded, LoadedPlugin, discover, load_plugins
from forum.plugin.specs import MODULES, SPECS
from forum.plugin.types import EventSpec
from forum.testing.weave import write_weave

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLES: Final = "tests/forum/plugin/examples"
PARTS: Final = ("When", "Not sent for", "Return", "Errors", "Cost")
AUDIENCES: Final = {
    "start": "every loaded plugin, at start",
    "area": "plugins that are on in the area at hand",
    "loaded": "every loaded plugin, on somewhere or not",
}
ON_ERROR: Final = {
    "skip": "is left out, the rest goes on",
    "abort": "stops what is going on",
}
MADE: Final = "<!-- Written by `make docs` from the code; change the docstrings, not this page. -->"


def list_bundled() -> Loaded:
    """Load the built-ins and the plugins of this checkout, and no other that is installed."""
    own = ROOT / "plugins"
    found = [
        point
        for point in discover()
        if own in Path(inspect.getfile(_as_module(point.load()))).parents
    ]
    return load_plugins(enabled="all", found=found, builtins=BUILTINS, strict=True)


def write_hooks(loaded: Loaded) -> str:
    """Return docs/hooks.md."""
    lines = [
        "# Hooks",
        "",
        MADE,
        "",
        "What a plugin may implement, by the moment of the call; what holds for all of them stands",
        "in [plugin-contract.md](plugin-contract.md). An implementation is a function of the same",
        "name in `plugin.py`, marked with `@hookimpl`, that takes the arguments it needs by name.",
    ]
    for module in MODULES:
        lines += ["", f"## {_head(module.__doc__)}"]
        for name, spec in SPECS.items():
            function = getattr(module, name, None)
            if function is not None:
                lines += _write_hook(function, spec, loaded)
    lines += ["", "## Types", "", "Frozen; import them from `forum.plugin`."]
    for name in types.__all__:
        lines += _write_type(name, getattr(types, name))
    return "\n".join(lines) + "\n"


def write_events(loaded: Loaded) -> str:
    """Return docs/events.md."""
    lines = [
        "# Events",
        "",
        MADE,
        "",
        "Every write appends what happened in its own transaction; readers get it at least once,",
        "in order, and know it again by its `id`. Beside the payload each event has `area_id`,",
        "`actor_id`, `origin` (`member`, `import`, `system`) and `at`. A plugin names the events",
        "it wants in its manifest and gets them by `on_event` ([hooks.md](hooks.md)).",
        "",
        "Retention: the log is kept as long as the site, but for events of plugins that say how",
        "many days; their lines go once every reader has passed them.",
    ]
    events = sorted(list_kinds(), key=lambda event: event.name)
    for feature in dict.fromkeys(event.name.partition(".")[0] for event in events):
        lines += ["", f"## {feature}", ""]
        lines += ["| event | what happened | payload | read by |", "|---|---|---|---|"]
        lines += [
            _write_event(event, loaded) for event in events if event.name.startswith(f"{feature}.")
        ]
    for plugin in loaded.plugins:
        lines += _write_declared(plugin, loaded)
    return "\n".join(lines) + "\n"


PAGES: Final[Mapping[str, Callable[[Loaded], str]]] = {
    "docs/hooks.md": write_hooks,
    "docs/events.md": write_events,
    "docs/weave.md": lambda _loaded: write_weave(ROOT),
}


def _as_module(found: object) -> ModuleType:
    assert isinstance(found, ModuleType)
    return found


def _write_hook(function: Callable[..., Any], spec: Any, loaded: Loaded) -> Iterator[str]:
    said = inspect.getdoc(function) or ""
    yield from ("", f"### {spec.name}", "", _head(said), "")
    yield from ("```python", _write_signature(function), "```", "")
    for part, text in _list_parts(said):
        yield f"- **{part}**: {text}"
    yield f"- **Sent to**: {AUDIENCES[spec.audience]}"
    if spec.audience != "start":
        yield f"- **What fails**: {ON_ERROR[spec.on_error]} (`{spec.on_error}`)"
    if spec.deprecated is not None:
        gone = spec.deprecated
        yield f"- **Deprecated** since {gone.since}, gone with {gone.until}: {gone.instead}"
    users = [one.name for one in loaded.plugins if spec.name in one.implementations]
    yield f"- **Used by**: {', '.join(users) or 'none of the bundled plugins'}"
    examples = [
        f"[{path.name}](../{EXAMPLES}/{path.name})"
        for path in sorted((ROOT / EXAMPLES).glob("*.py"))
        if f"\ndef {spec.name}(" in path.read_text("utf-8")
    ]
    if examples:
        yield f"- **Example**: {', '.join(examples)}"


def _write_signature(function: Callable[..., Any]) -> str:
    text = f"def {function.__name__}{inspect.signature(function)}"
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text)


def _list_parts(said: str) -> Iterator[tuple[str, str]]:
    """Yield the named parts of a docstring, continued lines joined."""
    found = re.split(rf"^({'|'.join(PARTS)}): ", said, flags=re.M)
    for part, text in zip(found[1::2], found[2::2], strict=True):
        yield part, " ".join(text.split())


def _write_type(name: str, kind: Any) -> Iterator[str]:
    yield from ("", f"### {name}", "")
    if not isinstance(kind, type):
        members = [getattr(one, "__name__", str(one)) for one in typing.get_args(kind)]
        yield f"One of {', '.join(f'`{member}`' for member in members)}."
        return
    yield _join(inspect.getdoc(kind) or "")
    if issubclass(kind, types.Slot):
        yield from ("", *(f"- `{slot}`: {meaning}" for slot, meaning in _list_slots()))
    elif dataclasses.is_dataclass(kind):
        yield from ("", *(_write_field(field) for field in dataclasses.fields(kind)))
    else:
        own = [one for one in vars(kind).items() if not one[0].startswith("_")]
        yield from ("", *(f"- `{key}`: {_head(_doc(value))}" for key, value in own if _doc(value)))


def _list_slots() -> Iterator[tuple[str, str]]:
    """Yield each slot with the text that stands under it, which only the source knows."""
    body = ast.parse(inspect.getsource(types.Slot)).body[0]
    assert isinstance(body, ast.ClassDef)
    for member, said in itertools.pairwise(body.body):
        if isinstance(member, ast.Assign) and isinstance(said, ast.Expr):
            yield ast.unparse(member.targets[0]), _join(ast.literal_eval(said.value))


def _write_field(field: dataclasses.Field[Any]) -> str:
    kind = field.type if isinstance(field.type, str) else inspect.formatannotation(field.type)
    optional = (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
    short = re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", kind)
    return f"- `{field.name}: {short}`{' (optional)' if optional else ''}"


def _write_event(event: type[Event], loaded: Loaded) -> str:
    common = {field.name for field in dataclasses.fields(Event)}
    payload = [
        f"`{field.name}: {field.type}`".replace("|", "\\|")
        for field in dataclasses.fields(event)
        if field.name not in common
    ]
    told = _join(inspect.getdoc(event) or "").replace("|", "\\|") + _tell_undone(event.name)
    return (
        f"| `{event.name}` | {told} | {', '.join(payload)} | {_list_readers(event.name, loaded)} |"
    )


def _write_declared(plugin: LoadedPlugin, loaded: Loaded) -> Iterator[str]:
    """Yield what a plugin says of its events in `register_events`, in its own language."""
    if not plugin.contributions.events:
        return
    yield from ("", f"## {plugin.name}", "")
    yield from ("| event | what happened | payload | kept | read by |", "|---|---|---|---|---|")
    for event in sorted(plugin.contributions.events, key=lambda event: event.name):
        payload = [
            f"`{field.name}: {field.kind}{' or None' if field.optional else ''}`"
            for field in event.fields
        ]
        kept = f"{event.keep_days} days" if event.keep_days else "with the site"
        title = event.title + _write_undone(event)
        told = [title, ", ".join(payload), kept, _list_readers(event.name, loaded)]
        yield f"| `{event.name}` | {' | '.join(told)} |"


def _tell_undone(name: str) -> str:
    return "".join(_write_undone(event) for event in CORE_EVENTS if event.name == name)


def _write_undone(event: EventSpec) -> str:
    """Return which earlier events an event takes back, and how they are known."""
    return "".join(
        f" Undoes `{one.event}` of the same {', '.join(f'`{name}`' for name in one.by)}."
        for one in event.undoes
    )


def _list_readers(event: str, loaded: Loaded) -> str:
    return ", ".join(one.name for one in loaded.plugins if event in one.manifest.events)


def _head(said: str | None) -> str:
    """Return a docstring's first paragraph on one line."""
    return _join((said or "").strip().split("\n\n")[0])


def _join(said: str) -> str:
    return " ".join(said.split())


def _doc(value: object) -> str:
    return inspect.getdoc(value) or ""


def write_pages(root: Path = ROOT) -> Iterable[str]:
    """Write the pages and return their paths."""
    loaded = list_bundled()
    for path, write in PAGES.items():
        (root / path).write_text(write(loaded), "utf-8")
    return PAGES


if __name__ == "__main__":
    write_pages()
