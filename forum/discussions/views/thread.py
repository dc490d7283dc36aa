"""The posts of a page as one piece of HTML, kept for all to whom they look the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from markupsafe import Markup

from forum.areas.scope import Scope
from forum.discussions.queries import PostPage, TopicPage, find_quotes
from forum.discussions.queries.posts import Order
from forum.discussions.views.shown import Facts, list_facts, show_posts
from forum.markup import QuoteInfo
from forum.web.dates import clockface
from forum.web.kept import keep_part
from forum.web.posts import arrange, post_labels
from forum.web.render import render_macro

THREAD_BYTES: Final = 60_000


def render_thread(
    page: TopicPage,
    posts: PostPage,
    order: Order,
    *,
    panels: Mapping[int, Markup],
    embeds: Mapping[int, Mapping[str, Markup]],
    team: frozenset[int],
) -> Markup:
    """Return the posts as the viewer sees them, with the panels of plugins in and below them.

    What differs from reader to reader is read first and handed to what makes the HTML, which
    must ask nothing about the viewer itself: others get what it made. Panels may differ at every
    look (a token, the own vote), so they are put in at the end.
    Cost: one statement when somebody has reacted, one when posts are quoted; that of `show_posts`
    when nobody to whom the posts look the same has looked since they changed.
    """
    facts = list_facts(page, posts.posts)
    quotes = find_quotes([post.html for post in posts.posts])
    holes = {post_id: Markup(f"\0panels {post_id}\0") for post_id in panels}  # noqa: S704 - ours
    spots = {
        post_id: {key: Markup(f"\0embed {post_id} {key}\0") for key in inside}  # noqa: S704 - ours
        for post_id, inside in embeds.items()
    }
    topic = page.topic
    seqs = tuple(post.seq for post in posts.posts)
    # Moderators are given the texts of hidden posts, others the same rows without.
    texts = tuple(bool(post.html) for post in posts.posts if post.hidden_at is not None)
    key = (
        *("thread", topic.id, topic.version, order, seqs),
        *(texts, facts, frozenset(quotes.items()), team, tuple(holes)),
        tuple((post_id, *inside) for post_id, inside in spots.items()),
        *(clockface().today, clockface().zone.key),
    )
    make = partial(_render, page.scope, posts, order, facts, quotes, holes, spots, team)
    html = keep_part(key, make, weight=THREAD_BYTES)
    for post_id, hole in holes.items():
        html = html.replace(hole, panels[post_id])
    for post_id, inside in spots.items():
        for name, spot in inside.items():
            html = html.replace(spot, embeds[post_id][name])
    return html


def _render(
    scope: Scope,
    posts: PostPage,
    order: Order,
    facts: tuple[Facts, ...],
    quotes: Mapping[int, QuoteInfo],
    holes: Mapping[int, Markup],
    spots: Mapping[int, Mapping[str, Markup]],
    team: frozenset[int],
) -> Markup:
    views = show_posts(posts.posts, facts, quotes=quotes, panels=holes, embeds=spots, team=team)
    root = views[0] if posts.posts[0].is_root and order == "tree" else None
    tree = arrange(views[1:] if root else views) if order == "tree" else None
    return render_macro(
        "_macros/post.html", "thread", root, tree, views, post_labels(), scope=scope
    )
