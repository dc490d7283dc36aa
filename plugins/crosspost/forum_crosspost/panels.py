"""What stands under posts that came from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from forum.api.web import keep_for_topic, lazy_gettext
from forum.plugin import Panel, Slot, TopicPage
from forum_crosspost.queries import list_origins

WORDS: Final = {"mbox": lazy_gettext("Mailingliste")}


def show_origins(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Make the panels of a page of a topic. Cost: one statement, kept until the topic changes."""
    posts = [post.id for post in page.posts]
    origins = keep_for_topic(page, "crosspost.origins", lambda: list_origins(posts))
    return {
        origin.post_id: (
            Panel(
                Slot.POST,
                "crosspost/origin.html",
                {"origin": origin, "word": WORDS.get(origin.kind, "")},
                order=10,
            ),
        )
        for origin in origins
    }
