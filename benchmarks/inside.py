"""What is measured in one process: Markdown, the delivery of hooks; and the demo's command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from types import ModuleType
from typing import Final

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.peer import write_text
from forum.core.database import read_unit
from forum.core.isolation import count_statements, isolate
from forum.markup import render
from forum.plugin import (
    AreaRef,
    Manifest,
    Panel,
    PostRef,
    TopicPage,
    TopicRef,
    ViewerRef,
    hookimpl,
)
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import load_plugins
from forum.testing.databases import dispose

SIZE: Final = 660
PLUGINS: Final = 30
ACTIVE: Final = 5


def measure_markdown(*, rounds: int) -> Figure:
    """Render posts of 660 characters, each another text. Units: ms a post."""
    rng = Random(3)
    texts = [(write_text(rng) + "\n\n" + write_text(rng))[:SIZE] for _ in range(200)]
    for text in texts[:50]:
        render(text)
    return Figure("markdown", tuple(_per_call(lambda: _render_all(texts), rounds, len(texts), 1e3)))


def measure_dispatch(ground: Ground, *, rounds: int) -> list[Figure]:
    """Call one hook with no plugin active, and with 5 of 30 loaded ones. Units: µs a call.

    As a page calls it: on the read-only connection, behind a guard that isolates and counts.
    """
    app = ground.make_app()
    with app.app_context(), read_unit():
        figures = _measure_calls(rounds)
    dispose(app)
    return figures


def _measure_calls(rounds: int) -> list[Figure]:
    names = [f"sample{n:02}" for n in range(PLUGINS)]
    modules = {name: _make_plugin(name) for name in names}
    sys.modules.update(modules)
    points = [EntryPoint(name, name, "forum.plugins") for name in names]
    loaded = load_plugins(enabled="all", found=points, builtins=[])
    guard = Guard(isolate=isolate, count_statements=count_statements)
    dispatcher = Dispatcher(loaded, guard)
    posts = tuple(PostRef(100 + seq, 11, 3, seq) for seq in range(1, 26))
    page = TopicPage(
        AreaRef(7, "bonn", "Bonn"),
        ViewerRef(3, "member"),
        TopicRef(11, 7, "discussion", "Radwege"),
        posts,
    )
    figures = []
    for key, count in (("dispatch_none", 0), ("dispatch_5", ACTIVE)):
        active = frozenset(names[:count])

        def act(active: frozenset[str] = active) -> None:
            for _ in range(1_000):
                dispatcher.for_area(active).render_post_panels(page)

        act()
        figures.append(Figure(key, tuple(_per_call(act, rounds, 1_000, 1e6))))
    return figures


def measure_demo() -> Figure:
    """Build the demo federation as an operator does. Units: seconds."""
    with TemporaryDirectory(prefix="chapterhouse-demo-") as folder:
        command = [sys.executable, "-m", "forum.cli", "demo", "--dir", str(Path(folder) / "data")]
        began = perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        took = perf_counter() - began
    return Figure("demo", (took,), done.stdout.splitlines()[0])


def _render_all(texts: Sequence[str]) -> None:
    for text in texts:
        render(text)


def _make_plugin(name: str) -> ModuleType:
    """Make a plugin that answers the hook with nothing, as most do on most pages."""
    module = ModuleType(name)

    @hookimpl
    def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
        return {}

    render_post_panels.__module__ = name
    module.__dict__.update(
        manifest=Manifest(name=name, title=name, summary=name, core=">=0", licence="-"),
        render_post_panels=render_post_panels,
        __file__=f"/{name}.py",
    )
    return module


def _per_call(act: Callable[[], object], rounds: int, calls: int, scale: float) -> list[float]:
    took = []
    for _ in range(rounds):
        began = perf_counter()
        act()
        took.append((perf_counter() - began) / calls * scale)
    return took
