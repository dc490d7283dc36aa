"""Whose code is running: what a plugin writes in its name is its own, never another plugin's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from forum.plugin.errors import ForeignName

CALLING: Final[ContextVar[str | None]] = ContextVar("calling plugin", default=None)
"""The plugin that the guard is inside of; None in the core's own code."""


@contextmanager
def calling(plugin: str) -> Iterator[None]:
    """Run code of a plugin that no guard calls, such as its commands."""
    token = CALLING.set(plugin)
    try:
        yield
    finally:
        CALLING.reset(token)


def require_own(name: str) -> None:
    """Refuse a plugin what is named after somebody else: `<plugin>.<what>`.

    Errors: ForeignName.
    """
    plugin = CALLING.get()
    if plugin is not None and name.partition(".")[0] != plugin:
        raise ForeignName(plugin, name)
