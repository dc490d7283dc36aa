"""What `forum plugin check` and the contract's tests put into the table before they look."""

from __future__ import annotations

from forum.api.data import get_system_scope, set_plugin_settings
from forum.plugin import SampleWorld
from forum_chapters.operations.logos import store_logo
from forum_chapters.operations.pages import PageDraft, make_values, store_front

_HOSTILE = "</script><img src=x onerror=alert(1)> \"'{{ 7*7 }}"


def populate(world: SampleWorld) -> None:
    """Let every place have a front page with all blocks and both legal texts.

    The words are nobody's: an area says them, and the log knows who wrote them.
    """
    for place in world.places:
        with world.acting(place, place.member_ids[0]):
            draft = PageDraft(
                title=_HOSTILE,
                text=f"# {_HOSTILE}",
                blocks=("hero", "announcements", "topics", "areas", "people"),
                announcements_id=place.area.id,
                imprint=f"Impressum {_HOSTILE}",
                privacy=f"Datenschutz {_HOSTILE}",
            )
            store_front(place.area.id, make_values(draft))
            store_logo(place.area.id, b"RIFF")
            here = get_system_scope(place.area.id)
            set_plugin_settings(here, "chapters", values={"domain": "example.net"})
