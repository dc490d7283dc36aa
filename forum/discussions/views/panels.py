"""What plugins add to the pages of topics."""

from __future__ import annotations

from markupsafe import Markup

from forum.areas.panels import join_parts, render_panels
from forum.areas.scope import Scope
from forum.plugin.types import TopicPage


def render_under_posts(scope: Scope, page: TopicPage) -> dict[int, Markup]:
    """Return what stands under the posts of a page, by post id."""
    found: dict[int, list[tuple[int, Markup]]] = {}
    for plugin, panels in scope.hooks.render_post_panels(page):
        for post_id, given in panels.items():
            found.setdefault(post_id, []).extend(render_panels(scope, plugin, given))
    return {post_id: join_parts(parts) for post_id, parts in found.items()}
