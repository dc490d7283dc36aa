"""Templates: one Jinja overlay per theme chain, built at start, and the one way to render a page.

Lookup: the area's theme → its bases → core → the plugin's own templates.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, get_flashed_messages
from flask.templating import Environment as FlaskEnvironment
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from forum.web import dates, i18n
from forum.web.frame import Frame, Scoped, bare_frame, build_frame
from forum.web.people import initials
from forum.web.posts import alone
from forum.web.statics import StaticFiles
from forum.web.themes import Themes

STATE = "forum.render"
KEPT_FRAGMENTS = 3_000
"""Posts and cards per theme of which the HTML is kept, some 1 to 4 kB each."""
MESSAGE_KINDS = ("note", "done", "warn", "error")


class HouseEnvironment(FlaskEnvironment):
    """Templates with their globals in one plain dict.

    Jinja chains two, and compares the chain key by key for every import on every page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows beside its context; complete when it is loaded."""
        return {**self.globals, **(d or {})}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Everything rendering needs, made once at start."""

    site: str
    themes: Themes
    statics: StaticFiles
    environments: Mapping[str, Environment]

    def environment(self, theme: str) -> Environment:
        """Return the environment of a theme; an unknown one means the site's default."""
        return self.environments.get(theme) or self.environments[self.themes.default]


def make_renderer(
    app: Flask, *, site: str, themes: Themes, statics: StaticFiles, plugins: Mapping[str, Path]
) -> Renderer:
    """Build the environments: one per theme and one for the core's own look ("")."""
    base = app.jinja_env
    base.trim_blocks = base.lstrip_blocks = True
    base.filters.update(_filters())
    loaders: list[BaseLoader] = [FileSystemLoader(folder) for folder in plugins.values()]
    environments = {}
    for name in {"", themes.default, *themes.by_name}:
        core: list[BaseLoader] = [FileSystemLoader(folder) for folder in themes.templates(name)]
        overlay = base.overlay(loader=ChoiceLoader([*core, *loaders]), cache_size=-1)
        overlay.globals = {**base.globals, **_theme_globals(name, themes, statics)}
        environments[name] = overlay
    return Renderer(site, themes, statics, environments)


def renderer() -> Renderer:
    """Return the app's renderer."""
    return cast(Renderer, current_app.extensions[STATE])


def render(template: str, *, scope: Scoped | None = None, **ctx: Any) -> str:
    """Render a page in the look of its area, with frame and messages.

    Cost: one call of each frame part.
    """
    here = renderer()
    return _render(here, template, build_frame(here.site, scope), scope, ctx)


def render_bare(template: str, **ctx: Any) -> str:
    """Render a page whose frame asks nobody (no database needed)."""
    here = renderer()
    return _render(here, template, bare_frame(here.site), None, ctx)


def render_macro(
    template: str, macro: str, *args: Any, scope: Scoped | None = None, **kwargs: Any
) -> Markup:
    """Render one macro: a fragment, a plugin's panel."""
    environment = renderer().environment(scope.area.theme if scope else "")
    module = environment.get_template(template).module
    return Markup(getattr(module, macro)(*args, **kwargs))  # noqa: S704 – the template escapes


def _render(
    here: Renderer, template: str, frame: Frame, scope: Scoped | None, ctx: Mapping[str, Any]
) -> str:
    area = scope.area if scope else None
    theme = area.theme if area else ""
    return (
        here.environment(theme)
        .get_template(template)
        .render(
            ctx,
            frame=frame,
            scope=scope,
            area=area,
            accent_url=accent_url(here, theme, area.accent) if area and area.accent else "",
            **_messages(),
        )
    )


def accent_url(here: Renderer, theme: str, accent: str) -> str:
    """Return the address of an accent's stylesheet: all it says stands in the address."""
    hexed = accent.lstrip("#").lower()
    return f"/look/{theme or '-'}/{hexed}.{here.themes.accent_version(theme, hexed)}.css"


def _messages() -> dict[str, list[Any]]:
    """Sort what was flashed: messages, and the local drafts (category "draft") that arrived."""
    pairs = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    return {
        "messages": [
            (kind if kind in MESSAGE_KINDS else "note", text)
            for kind, text in pairs
            if kind != "draft"
        ],
        "drafts_done": [text for kind, text in pairs if kind == "draft"],
    }


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "when": dates.time_tag,
        "words": dates.in_words,
        "exact": dates.exactly,
        "day": dates.day,
        "num": dates.number,
        "initials": initials,
        "alone": alone,
    }


def _theme_globals(name: str, themes: Themes, statics: StaticFiles) -> dict[str, Any]:
    theme = name if name in themes.by_name else themes.default

    def static(path: str) -> str:
        return statics.url(theme, path)

    sprite = static("icons.svg")
    icons: dict[str, Markup] = {}

    def icon(which: str, label: str = "") -> Markup:
        if label:
            text = escape(label)
            return Markup(  # noqa: S704 – escaped
                f'<svg class="icon" role="img" aria-label="{text}">'
                f'<use href="{sprite}#{escape(which)}"/></svg>'
            )
        if which not in icons:
            icons[which] = Markup(  # noqa: S704 – escaped
                f'<svg class="icon" aria-hidden="true"><use href="{sprite}#{escape(which)}"/></svg>'
            )
        return icons[which]

    fragments: dict[tuple[object, ...], Markup] = {}

    def fragment(view: Hashable, labels: object, macro: Macro) -> Markup:
        """Return the HTML of a view; the key is all that the macro sees, so it is never old."""
        face = dates.clockface()
        key = (macro.name, view, face.speech.locale, face.zone.key, face.today)
        known = fragments.get(key)
        if known is None:
            if len(fragments) >= KEPT_FRAGMENTS:
                fragments.clear()
            known = fragments[key] = Markup(macro(view, labels))  # noqa: S704 - it escapes
        return known

    words = {"_": i18n.template_gettext, "gettext": i18n.template_gettext}
    parts = {"static": static, "icon": icon, "fragment": fragment}
    return {**parts, "ngettext": i18n.template_ngettext, **words}
