"""Polls for the demo federation: deterministic, votes written set by set."""

from __future__ import annotations

from forum.plugin import DemoWorld


def seed(world: DemoWorld) -> None:
    """Later."""
