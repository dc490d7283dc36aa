"""What home puts into the frame of every page: own areas with what is new, and the footer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forum.accounts.names import fold
from forum.areas.paths import list_ids
from forum.areas.routing import area_url, current_standing
from forum.areas.scope import OwnArea
from forum.discussions.queries import count_unread_by_area
from forum.home.legal import LEGAL_PAGES
from forum.web.frame import AreaLink, Link


def list_own_areas(_viewer_id: int | None) -> Sequence[AreaLink]:
    """Return the viewer's areas as a tree with the number of topics that hold something new.

    Cost: one statement, none for nobody; the standing of the request is asked for anyway.
    """
    standing = current_standing()
    own = [area for area in standing.areas if not area.archived]
    news = count_unread_by_area(standing.viewer, [area.id for area in own])
    return [
        AreaLink(
            name=area.name,
            url=area_url(area.slug),
            slug=area.slug,
            accent=area.accent,
            depth=depth,
            new=news.get(area.id, 0),
        )
        for area, depth in arrange(own)
    ]


def arrange(areas: Sequence[OwnArea]) -> Iterator[tuple[OwnArea, int]]:
    """Put areas below the nearest own one above, each with its depth.

    What is for everyone comes first, then the alphabet; nothing hangs below the root, where all
    would hang.
    """
    own = {area.id for area in areas if area.depth > 0}
    below: dict[int | None, list[OwnArea]] = {}
    for area in sorted(areas, key=_place, reverse=True):
        above = (i for i in reversed(list_ids(area.path)[:-1]) if i in own)
        below.setdefault(next(above, None), []).append(area)
    pending = [(area, 0) for area in below.get(None, [])]
    while pending:
        area, depth = pending.pop()
        yield area, depth
        pending += [(child, depth + 1) for child in below.get(area.id, []) if area.depth > 0]


def list_footer() -> Sequence[Link]:
    """Return the pages that must be reachable from everywhere."""
    return [Link(str(page.title), f"/{page.name}") for page in LEGAL_PAGES.values()]


def _place(area: OwnArea) -> tuple[bool, bool, str, int]:
    return (not area.everyone, area.depth > 0, fold(area.name), area.id)
