"""What stands under posts that came from elsewhere, and what leads to the plugin's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.api.web import keep_for_topic
from forum.plugin import AreaPage, Panel, Slot, TopicPage
from forum_crosspost.queries import has_own_authors, list_origins
from forum_crosspost.words import tell_kind


def show_origins(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Make the panels of a page of a topic. Cost: one statement, kept until the topic changes."""
    posts = [post.id for post in page.posts]
    origins = keep_for_topic(page, "crosspost.origins", lambda: list_origins(posts))
    return {
        origin.post_id: (
            Panel(
                Slot.POST,
                "crosspost/origin.html",
                {"origin": origin, "word": tell_kind(origin.kind)},
                order=10,
            ),
        )
        for origin in origins
    }


def show_area(page: AreaPage) -> Sequence[Panel]:
    """Lead admins to the runs, and members to what they wrote elsewhere.

    Cost: two statements where an area's topics are listed for a member, else none.
    """
    base = f"/a/{page.area.slug}/crosspost/"
    if Slot.AREA_SETTINGS in page.slots and page.viewer.role == "admin":
        return [Panel(Slot.AREA_SETTINGS, "crosspost/settings.html", {"base": base}, order=60)]
    user_id = page.viewer.user_id
    if Slot.AREA_SIDE not in page.slots or user_id is None:
        return ()
    if not has_own_authors(page.area.id, user_id):
        return ()
    return [Panel(Slot.AREA_SIDE, "crosspost/side.html", {"base": base}, order=60)]
