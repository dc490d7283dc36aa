"""A small list archive for the demo federation, written here and imported like any other."""

from __future__ import annotations

from forum.plugin import DemoWorld


def seed(world: DemoWorld) -> None:
    """Write the archive and import it."""
