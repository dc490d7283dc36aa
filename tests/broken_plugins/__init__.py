"""Plugins with one seeded violation each; the forum has to contain every one of them."""

from importlib.metadata import EntryPoint

from forum.plugin.loader import GROUP


def points(*names: str) -> list[EntryPoint]:
    """Give entry points of the modules in this folder."""
    return [EntryPoint(name, f"{__name__}.{name}", GROUP) for name in names]
