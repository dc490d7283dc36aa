"""Runs `forum plugin check` in forked children: what a plugin maps stays mapped until they end.

Each child finds Python as it is after the imports of the kit, so only the first one waits for them.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from forum.cli import main

HANGS = 300


def check(
    directory: Path, name: str, rules: list[str], environ: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """Check the plugin that lies in `directory`; return the exit code and what was told.

    Errors: TimeoutError after five minutes; whatever the command itself does not catch.
    """
    chosen = [word for rule in rules for word in ("--rule", rule)]
    command = ["plugin", "check", name, "--json", *chosen]
    code = _children().submit(_run, directory, command, environ).result(timeout=HANGS)
    told: dict[str, Any] = json.loads((directory / "told.json").read_text("utf-8"))
    return code, told


@cache
def _children() -> ProcessPoolExecutor:
    context = get_context("forkserver")
    context.set_forkserver_preload(["forum.testing.kit.bench", __name__])
    return ProcessPoolExecutor(max_workers=1, mp_context=context, max_tasks_per_child=1)


def _run(directory: Path, command: list[str], environ: dict[str, str]) -> int:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(directory)
    sys.path.insert(0, str(directory))
    with (directory / "told.json").open("w", encoding="utf-8") as sys.stdout:
        return main(command)
