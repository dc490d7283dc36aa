"""Find posts: the index proposes, the database decides what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from markupsafe import Markup

from forum.areas.queries import AREA, list_readable_ids
from forum.core import limits
from forum.core.database import db
from forum.core.services import service
from forum.core.wall import Viewer
from forum.discussions.queries import PostLine, list_post_lines
from forum.markup import plain
from forum.search.index import Index, Order, Words
from forum.search.language import parse_query
from forum.search.snippets import make_snippet

MOST_HITS: Final = 200


@dataclass(frozen=True, slots=True)
class HitArea:
    """The area of a hit, as its chip shows it."""

    name: str
    url: str
    accent: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A post that was found, its area, and the passage that shows why."""

    post: PostLine
    area: HitArea
    snippet: Markup


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits. `total` counts checked hits; `more` says that there are even more."""

    hits: Sequence[SearchHit]
    total: int
    more: bool
    words: Words


def search_posts(
    viewer: Viewer,
    text: str,
    *,
    order: Order = "relevance",
    area_ids: Sequence[int] | None = None,
    page: int = 1,
) -> SearchResult:
    """Return posts that match `text` and that the viewer may read now.

    `area_ids` narrows the search; areas that the viewer may not read are left out silently.

    Cost: three statements, whatever is found.
    """
    words = parse_query(text)
    if words.empty:
        return SearchResult((), 0, False, words)
    readable = list_readable_ids(viewer)
    areas = readable if area_ids is None else readable & set(area_ids)
    index: Index = service("search")
    proposed = index.find(words, areas=areas, order=order, limit=MOST_HITS + 1)
    allowed = list_post_lines(proposed[:MOST_HITS]) if proposed else {}
    found = [allowed[post_id] for post_id in proposed if post_id in allowed]
    start = (max(page, 1) - 1) * limits.PAGE_TOPICS
    shown = found[start : start + limits.PAGE_TOPICS]
    chips = _list_areas({post.area_id for post in shown})
    hits = [
        SearchHit(post, chips[post.area_id], make_snippet(plain(post.html), words))
        for post in shown
    ]
    return SearchResult(hits, len(found), len(proposed) > MOST_HITS, words)


def _list_areas(area_ids: set[int]) -> dict[int, HitArea]:
    if not area_ids:
        return {}
    statement = sa.select(AREA.id, AREA.name, AREA.slug, AREA.accent).where(AREA.id.in_(area_ids))
    return {
        row.id: HitArea(row.name, f"/a/{row.slug}/", row.accent)
        for row in db.session.execute(statement)
    }
