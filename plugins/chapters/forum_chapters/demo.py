"""Branches of the demo federation with front pages, looks and names of their own."""

from __future__ import annotations

from typing import Final

from forum.api.data import Scope, get_system_scope, set_plugin_settings
from forum.plugin import DemoWorld
from forum_chapters import operations
from forum_chapters.operations import PageDraft
from forum_chapters.operations.opening import make_draft
from forum_chapters.patterns import get_pattern

DOMAIN: Final = "localhost"
"""Browsers send every name below it to the own machine, so the demo's names work at once."""
_ROOF: Final = "bund"
_BRANCHES: Final = (
    ("ni", "Niedersachsen", "", ""),
    ("nw", "Nordrhein-Westfalen", "marsch", "2f6b1f"),
    ("by", "Bayern", "", ""),
)
_IMPRINT: Final = """Landesverband {name} im Verbund Zukunftskommunen

Musterstraße 1, 12345 Musterstadt. Vertreten durch den Vorstand. Erfundene Angaben der
Vorführung, kein echter Verband.
"""


def seed_chapters(world: DemoWorld) -> None:
    """Switch the plugin on everywhere; furnish some branches, one of them with another theme."""
    roof = world.get_area(_ROOF)
    world.switch_on(roof)
    set_plugin_settings(get_system_scope(_ROOF), "chapters", values={"domain": DOMAIN})
    for slug, name, theme, accent in _BRANCHES:
        scope = get_system_scope(slug)
        operations.write_front(scope, _draft(scope, name))
        operations.take_host(scope, slug)
        if theme and accent:
            operations.choose_look(scope, theme=theme, accent=accent)


def _draft(scope: Scope, name: str) -> PageDraft:
    news = get_system_scope(f"{scope.area.slug}-neues")
    made = make_draft(get_pattern("landesverband"), name, news=news.area.id)
    return PageDraft(
        title=made.title,
        text=made.text,
        blocks=made.blocks,
        announcements_id=made.announcements_id,
        imprint=_IMPRINT.replace("{name}", name),
    )
