"""Find posts: the index proposes, the database decides what the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from markupsafe import Markup

from forum.areas.queries import AREA, list_plugin_areas, list_readable_ids
from forum.core import limits
from forum.core.database import db
from forum.core.services import service
from forum.core.wall import Viewer
from forum.discussions.kinds import PLAIN, kind_in_force, kind_label
from forum.discussions.queries import PostLine, list_post_lines
from forum.markup import plain
from forum.plugin.types import PostRef
from forum.search.added import collect_texts, list_adding_plugins
from forum.search.index import Index, Order, Reach, Words
from forum.search.language import parse_query, split_kind
from forum.search.snippets import make_snippet

MOST_HITS: Final = 200


@dataclass(frozen=True, slots=True)
class HitArea:
    """The area of a hit, as its chip shows it; `plugins` are those that are on there."""

    name: str
    url: str
    accent: str
    plugins: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A post that was found, its area, its topic's kind, and the passage that shows why."""

    post: PostLine
    area: HitArea
    snippet: Markup
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many hits are of a kind; `label` is its word."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits. `total` counts checked hits; `more` says that there are even more.

    `kinds` are those of the hits but plain discussions; `kind` is the one that was asked for.
    """

    hits: Sequence[SearchHit]
    total: int
    more: bool
    words: Words
    kind: str = ""
    kinds: Sequence[Facet] = ()


def search_posts(
    viewer: Viewer,
    text: str,
    *,
    order: Order = "relevance",
    area_ids: Sequence[int] | None = None,
    kind: str = "",
    page: int = 1,
) -> SearchResult:
    """Return posts that match `text` and that the viewer may read now.

    `area_ids` narrows the search; areas that the viewer may not read are left out silently.
    `kind`, or `kind:poll` in the text, narrows it to topics of a kind where its plugin is on.

    Cost: three statements, whatever is found; one more where plugins add texts or for a kind,
        and those of the plugins whose texts are shown.
    """
    rest, asked = split_kind(text)
    kind = kind or asked
    words = parse_query(rest)
    if words.empty and not kind:
        return SearchResult((), 0, False, words)
    readable = list_readable_ids(viewer)
    areas = readable if area_ids is None else readable & set(area_ids)
    index: Index = service("search")
    reach = _reach(areas, kind)
    proposed = dict(index.find(words, reach, order=order, limit=MOST_HITS + 1))
    allowed = list_post_lines([*proposed][:MOST_HITS]) if proposed else {}
    found = [allowed[post_id] for post_id in [*proposed][:MOST_HITS] if post_id in allowed]
    chips = _list_areas({post.area_id for post in found})
    if kind:
        found = [post for post in found if _kind_of(post, chips) == kind]
    start = (max(page, 1) - 1) * limits.PAGE_TOPICS
    shown = found[start : start + limits.PAGE_TOPICS]
    added = _find_added(shown, proposed)
    return SearchResult(
        [_to_hit(post, chips, added.get(post.post_id, ""), words) for post in shown],
        len(found),
        len(proposed) > MOST_HITS,
        words,
        kind,
        _count_kinds(found, chips),
    )


def _reach(areas: set[int] | frozenset[int], kind: str) -> Reach:
    """Look into the texts of plugins where they are on, and for a kind where its own is on."""
    adding = list_adding_plugins()
    if not adding and not kind:
        return Reach(areas)
    on = {area.id: area.plugins for area in list_plugin_areas(areas).values()}
    plugins = {name: [i for i, active in on.items() if name in active] for name in adding}
    if kind:
        areas = {i for i, active in on.items() if kind_in_force(kind, active) == kind}
    return Reach(areas, {name: found for name, found in plugins.items() if found}, kind)


def _find_added(shown: Iterable[PostLine], via: Mapping[int, str]) -> dict[int, str]:
    """Return what plugins added to the posts that were found by it alone."""
    posts = [
        PostRef(post.post_id, post.topic_id, post.author.id, post.seq)
        for post in shown
        if via[post.post_id]
    ]
    return {
        post_id: text for plugin, post_id, text in collect_texts(posts) if via[post_id] == plugin
    }


def _to_hit(post: PostLine, chips: Mapping[int, HitArea], added: str, words: Words) -> SearchHit:
    area, said = chips[post.area_id], plain(post.html)
    text = f"{added}\n{said}" if added else said
    return SearchHit(post, area, make_snippet(text, words), kind_label(post.kind, area.plugins))


def _kind_of(post: PostLine, chips: Mapping[int, HitArea]) -> str:
    return kind_in_force(post.kind, chips[post.area_id].plugins)


def _count_kinds(found: Iterable[PostLine], chips: Mapping[int, HitArea]) -> list[Facet]:
    counted: Counter[tuple[str, str]] = Counter()
    for post in found:
        kind = _kind_of(post, chips)
        if kind != PLAIN:
            counted[kind, kind_label(kind, chips[post.area_id].plugins)] += 1
    return [Facet(kind, label, count) for (kind, label), count in counted.most_common()]


def _list_areas(area_ids: set[int]) -> dict[int, HitArea]:
    if not area_ids:
        return {}
    statement = sa.select(AREA.id, AREA.name, AREA.slug, AREA.accent, AREA.plugins).where(
        AREA.id.in_(area_ids)
    )
    return {
        row.id: HitArea(row.name, f"/a/{row.slug}/", row.accent, frozenset(row.plugins))
        for row in db.session.execute(statement)
    }
