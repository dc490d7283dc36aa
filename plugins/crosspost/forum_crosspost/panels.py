"""What stands under posts that came from elsewhere, and what leads to the plugin's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from forum.api.web import keep_for_area, keep_for_topic
from forum.plugin import AreaPage, Panel, Slot, TopicPage
from forum_crosspost.queries import OriginRow, has_authors, has_own_authors, list_origins
from forum_crosspost.words import tell_kind

ICONS: Final = {"mbox": "mail"}
TEAM: Final = ("editor", "moderator", "admin")


def show_origins(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Make the panels of a page of a topic. Cost: one statement, kept until the topic changes."""
    posts = [post.id for post in page.posts]
    origins = keep_for_topic(page, "crosspost.origins", lambda: list_origins(posts))
    return {
        origin.post_id: (
            Panel(
                Slot.POST,
                "crosspost/origin.html",
                _describe(origin),
                order=10,
            ),
        )
        for origin in origins
    }


def show_area(page: AreaPage) -> Sequence[Panel]:
    """Lead admins to runs and sources, the core team to results, members to what is theirs.

    Cost: two statements where the topics of an area with names from outside are listed for a
    member, else none; one more when anything has stamped pages.
    """
    base = f"/a/{page.area.slug}/crosspost/"
    if Slot.AREA_SETTINGS in page.slots and page.viewer.role == "admin":
        return [Panel(Slot.AREA_SETTINGS, "crosspost/settings.html", {"base": base}, order=60)]
    user_id = page.viewer.user_id
    if Slot.AREA_SIDE not in page.slots or user_id is None:
        return ()
    panels = []
    has_names = keep_for_area(page, "crosspost.authors", lambda: has_authors(page.area.id))
    if has_names and has_own_authors(page.area.id, user_id):
        panels.append(Panel(Slot.AREA_SIDE, "crosspost/side.html", {"base": base}, order=60))
    if page.viewer.role in TEAM:
        rights = {"may_manage": page.viewer.role == "admin", "may_write": page.viewer.can_reply}
        context = {"base": base, **rights}
        panels.append(Panel(Slot.AREA_SIDE, "crosspost/ways_in.html", context, order=800))
    return panels


def _describe(origin: OriginRow) -> dict[str, Any]:
    return {
        "origin": origin,
        "word": tell_kind(origin.kind),
        "icon_name": ICONS.get(origin.kind, "globe"),
        "is_result": origin.kind.startswith("result-"),
    }
