"""What plugins add to pages: their panels, rendered behind the guard in the area's look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from forum.areas.rules import can_reply
from forum.areas.scope import Scope, area_ref
from forum.core.services import service
from forum.discussions.queries import PostRow, TopicRow
from forum.plugin.types import (
    AreaPage,
    Panel,
    PostRef,
    Slot,
    TopicPage,
    TopicRef,
    ViewerRef,
)
from forum.web.render import renderer


def topic_page(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> TopicPage:
    """Return a page of a topic as hooks are told of it, without hidden and deleted posts."""
    refs = tuple(
        PostRef(post.id, post.topic_id, post.author_id, post.seq)
        for post in posts
        if post.hidden_at is None and post.deleted_at is None
    )
    return TopicPage(area_ref(scope), viewer_ref(scope), topic_ref(topic), refs, topic.version)


def render_under_posts(scope: Scope, page: TopicPage) -> dict[int, Markup]:
    """Return what stands under the posts of a page, by post id."""
    found: dict[int, list[tuple[int, Markup]]] = {}
    for plugin, panels in scope.hooks.render_post_panels(page):
        for post_id, given in panels.items():
            found.setdefault(post_id, []).extend(render_panels(scope, plugin, given))
    return {post_id: _join(parts) for post_id, parts in found.items()}


def render_slots(
    scope: Scope, slots: frozenset[Slot], topic: TopicRow | None = None
) -> dict[Slot, Markup]:
    """Return what stands in the other slots of a page."""
    about = topic_ref(topic) if topic is not None else None
    page = AreaPage(area_ref(scope), viewer_ref(scope), slots, about)
    found: dict[Slot, list[tuple[int, Markup]]] = {slot: [] for slot in slots}
    for plugin, panels in scope.hooks.render_area_panels(page):
        for panel in panels:
            found[panel.slot].extend(render_panels(scope, plugin, [panel]))
    return {slot: _join(parts) for slot, parts in found.items()}


def viewer_ref(scope: Scope) -> ViewerRef:
    """Return the viewer as hooks are told of them."""
    return ViewerRef(scope.user_id, scope.role or "reader", can_reply(scope))


def topic_ref(topic: TopicRow) -> TopicRef:
    """Return the topic as hooks are told of it."""
    return TopicRef(topic.id, topic.area_id, topic.kind, topic.title)


def render_panels(scope: Scope, plugin: str, panels: Iterable[Panel]) -> list[tuple[int, Markup]]:
    """Render panels of a plugin behind the guard, each with its order; without what fails."""
    parts = []
    for panel in panels:
        markup = service("dispatcher").run(
            plugin,
            f"panel {panel.template}",
            render_template,
            (scope, panel.template, dict(panel.context)),
            kind="panel",
            on_error="skip",
            area_id=scope.area.id,
        )
        if markup:
            parts.append((panel.order, markup))
    return parts


def render_template(scope: Scope, template: str, context: dict[str, Any]) -> Markup:
    """Render a plugin's template in the area's theme; the template escapes."""
    environment = renderer().environment(scope.area.theme)
    text = environment.get_template(template).render(context, scope=scope, area=scope.area)
    return Markup(text)  # noqa: S704 - made by a template that escapes


def _join(parts: list[tuple[int, Markup]]) -> Markup:
    return Markup("").join(markup for _order, markup in sorted(parts, key=lambda part: part[0]))
