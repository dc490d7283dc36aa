"""Directives of plugins in the texts of a page: asked for once, shown where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from forum.areas.panels import render_panels
from forum.areas.scope import Scope
from forum.core.services import service
from forum.discussions.queries import PostRow
from forum.markup import list_embeds
from forum.plugin.checks import check_for
from forum.plugin.specs.pages import fit_into_texts
from forum.plugin.types import DirectiveDraft, DirectiveRef, Panel, TopicPage

_SHOWN = check_for(Mapping[DirectiveRef, Panel])
_DRAWN = check_for(Panel | None)


def render_directives(
    scope: Scope, page: TopicPage, posts: Sequence[PostRow]
) -> dict[int, dict[str, Markup]]:
    """Return what stands in the place of directives, by post id and key.

    What no plugin shows, because it is off or fails, is left out: its line shows.
    Cost: of the plugins, each once for all of its directives on the page; nothing without any.
    """
    specs = service("dispatcher").list_markup(scope.plugins)
    if not specs:
        return {}
    asked = {post.id for post in page.posts}
    wanted: dict[str, list[DirectiveRef]] = {}
    for post in posts:
        for key in list_embeds(post.html) if post.id in asked else ():
            name = key.partition(".")[0]
            wanted.setdefault(name, []).append(DirectiveRef(post.id, key, name))
    found: dict[int, dict[str, Markup]] = {}
    for name in specs.keys() & wanted.keys():
        plugin, spec = specs[name]
        panels = service("dispatcher").run(
            plugin,
            f"render {name}",
            spec.render,
            (page, tuple(wanted[name])),
            kind="render",
            on_error="skip",
            area_id=scope.area.id,
            check=_SHOWN,
            verify=fit_into_texts,
        )
        for ref in wanted[name]:
            panel = panels.get(ref) if panels else None
            markup = _render(scope, plugin, panel) if panel is not None else None
            if markup is not None:
                found.setdefault(ref.post_id, {})[ref.key] = markup
    return found


def preview_directives(scope: Scope, drafts: Sequence[DirectiveDraft]) -> dict[str, Markup]:
    """Return what stands in the place of directives in a preview, by key."""
    specs = service("dispatcher").list_markup(scope.plugins)
    found: dict[str, Markup] = {}
    for draft in drafts:
        plugin, spec = specs[draft.name]
        if spec.preview is None:
            continue
        panel = service("dispatcher").run(
            plugin,
            f"preview {draft.name}",
            spec.preview,
            (draft,),
            kind="render",
            on_error="skip",
            area_id=scope.area.id,
            check=_DRAWN,
            verify=_fits,
        )
        markup = _render(scope, plugin, panel) if panel is not None else None
        if markup is not None:
            found[draft.key] = markup
    return found


def _fits(plugin: str, arguments: tuple[Any, ...], result: Panel | None) -> str | None:
    return fit_into_texts(plugin, arguments, {} if result is None else {"": result})


def _render(scope: Scope, plugin: str, panel: Panel) -> Markup | None:
    rendered = render_panels(scope, plugin, [panel])
    return rendered[0][1] if rendered else None
