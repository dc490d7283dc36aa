"""Pages of areas: ways in, people, settings, switches, log."""

from forum.areas.views import joining, members, plugins, settings
from forum.areas.views.blueprint import blueprint, entrance
from forum.areas.views.joining import show_listed

__all__ = [
    "blueprint",
    "entrance",
    "joining",
    "members",
    "plugins",
    "settings",
    "show_listed",
]
