"""Panels of plugins in the slots of pages: asked for once, rendered behind the guard, escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from markupsafe import Markup

from forum.areas.queries import get_system_scope, list_plugins_around
from forum.areas.rules import can_reply
from forum.areas.scope import Scope, area_ref
from forum.core.errors import NotFound
from forum.core.services import service
from forum.core.wall import current_viewer
from forum.plugin.types import AreaPage, Panel, SitePage, Slot, TopicRef, ViewerRef
from forum.web.dates import clockface
from forum.web.kept import keep_part
from forum.web.render import renderer
from forum.web.security import fill_token_gaps, leaving_token_gaps

PANEL_BYTES: Final = 4_000
Parts = list[tuple[int, Markup]]


def viewer_ref(scope: Scope) -> ViewerRef:
    """Return the viewer as hooks are told of them."""
    return ViewerRef(scope.user_id, scope.role or "reader", can_reply(scope))


def render_slots(
    scope: Scope,
    slots: frozenset[Slot],
    topic: TopicRef | None = None,
    *,
    sent: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[Slot, Markup]:
    """Return what stands in the slots of a page of an area."""
    page = AreaPage(area_ref(scope), viewer_ref(scope), slots, topic, sent or {})
    given = scope.hooks.render_area_panels(page)
    return _sort(scope, slots, given, area_id=scope.area.id, scope=scope, area=scope.area)


def render_site_slots(slots: frozenset[Slot], user_id: int | None = None) -> dict[Slot, Markup]:
    """Return what stands in the slots of a page without an area; `user_id` is whose profile it is.

    The operator's page asks every loaded plugin; a profile, which gathers what somebody has from
    areas, those that are on in any area that the viewer reads; others those on in the root.
    Cost: two statements when any plugin has panels for such pages, else none.
    """
    dispatcher = service("dispatcher")
    nothing = dict.fromkeys(slots, Markup(""))
    if not dispatcher.listens("render_site_panels"):
        return nothing
    try:
        root = get_system_scope(None)
    except NotFound:
        return nothing
    viewer = current_viewer()
    active = root.plugins
    if Slot.ADMIN in slots:
        active = dispatcher.loaded.names
    elif Slot.PROFILE in slots:
        active = list_plugins_around(viewer)
    page = SitePage(ViewerRef(viewer.user_id), slots, user_id)
    given = dispatcher.for_area(active).render_site_panels(page)
    return _sort(root, slots, given, area_id=None)


def _sort(
    look: Scope,
    slots: frozenset[Slot],
    given: Iterable[tuple[str, Sequence[Panel]]],
    *,
    area_id: int | None,
    **about: Any,
) -> dict[Slot, Markup]:
    found: dict[Slot, Parts] = {slot: [] for slot in slots}
    for plugin, panels in given:
        for panel in panels:
            found[panel.slot] += _render(look, plugin, [panel], area_id=area_id, about=about)
    return {slot: join_parts(parts) for slot, parts in found.items()}


def render_panels(scope: Scope, plugin: str, panels: Iterable[Panel]) -> Parts:
    """Render panels of a plugin on a page of an area, each with its order; without what fails."""
    about = {"scope": scope, "area": scope.area}
    return _render(scope, plugin, panels, area_id=scope.area.id, about=about)


def _render(
    look: Scope,
    plugin: str,
    panels: Iterable[Panel],
    *,
    area_id: int | None,
    about: dict[str, Any],
) -> Parts:
    parts = []
    for panel in panels:
        run = partial(_run, look, plugin, panel, area_id=area_id, about=about)
        markup = _keep(look, plugin, panel, run) if panel.key else run()
        if markup:
            parts.append((panel.order, markup))
    return parts


def _keep(
    look: Scope, plugin: str, panel: Panel, run: Callable[[], Markup | None]
) -> Markup | None:
    """Render a panel for all to whom it looks the same; what fails is tried again."""
    face = clockface()
    key = (
        "panel",
        plugin,
        panel.template,
        look.area.id,
        look.area.theme,
        face.zone.key,
        face.today,
    )

    def make() -> Markup | None:
        with leaving_token_gaps():
            return run()

    markup = keep_part((*key, panel.key), make, weight=PANEL_BYTES)
    return fill_token_gaps(markup) if markup else None


def _run(
    look: Scope, plugin: str, panel: Panel, *, area_id: int | None, about: dict[str, Any]
) -> Markup | None:
    """Render a panel behind the guard; None when it fails."""
    markup: Markup | None = service("dispatcher").run(
        plugin,
        f"panel {panel.template}",
        _fill_template,
        (look, panel.template, {**panel.context, **about}),
        kind="panel",
        on_error="skip",
        area_id=area_id,
    )
    return markup


def render_template(scope: Scope, template: str, context: dict[str, Any]) -> Markup:
    """Render a plugin's template in the area's theme; the template escapes."""
    return _fill_template(scope, template, {**context, "scope": scope, "area": scope.area})


def _fill_template(look: Scope, template: str, context: dict[str, Any]) -> Markup:
    environment = renderer().environment(look.area.theme)
    text = environment.get_template(template).render(context)
    return Markup(text)  # noqa: S704 - made by a template that escapes


def join_parts(parts: Parts) -> Markup:
    """Put rendered panels one after the other, the lower order first."""
    return Markup("").join(markup for _order, markup in sorted(parts, key=lambda part: part[0]))
