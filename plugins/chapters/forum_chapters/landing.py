"""What stands on a front page: the blocks of an area, filled for whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forum.api.data import (
    Scope,
    TopicLine,
    list_kept_children,
    list_kept_team,
    list_latest_topics,
)
from forum.api.web import show_cards, show_html
from forum_chapters import limits
from forum_chapters.queries import Front


@dataclass(frozen=True, slots=True)
class Landing:
    """A front page as it is shown; empty parts are left out by the template."""

    title: str
    logo: str
    text: Markup
    blocks: tuple[str, ...]
    news: Markup
    topics: Markup
    areas: Sequence[Any]
    people: Sequence[Any]
    has_imprint: bool
    has_privacy: bool


def make_landing(scope: Scope, front: Front) -> Landing:
    """Fill the blocks of a front page; only those that it has are asked for.

    Cost: one statement for topics and announcements, one for cards that nobody was shown yet;
    areas below and people are kept.
    """
    wanted = set(front.blocks)
    ids = []
    if "announcements" in wanted and front.announcements_id is not None:
        ids.append(front.announcements_id)
    if "topics" in wanted:
        ids.append(scope.area.id)
    lines = list_latest_topics(scope.viewer, ids, most=limits.TOPICS)
    news = lines.get(front.announcements_id or 0, [])[: limits.NEWS]
    own = lines.get(scope.area.id, []) if "topics" in wanted else []
    return Landing(
        title=front.title or scope.area.name,
        logo=front.logo or "",
        text=show_html(front.text_html),
        blocks=front.blocks,
        news=_show(scope, news),
        topics=_show(scope, own),
        areas=list_kept_children(scope) if "areas" in wanted else (),
        people=list_kept_team(scope) if "people" in wanted else (),
        has_imprint=bool(front.imprint_html),
        has_privacy=bool(front.privacy_html),
    )


def _show(scope: Scope, lines: Sequence[TopicLine]) -> Markup:
    return show_cards(lines, scope=scope) if lines else Markup("")
