"""Puts the web layer on an app: languages, looks, forms, headers, error pages, static files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, abort, request

from forum.web import i18n, render, statics
from forum.web.assets import VENDOR
from forum.web.colour import is_hex
from forum.web.errors import handle_errors
from forum.web.frame import STATE as FRAME
from forum.web.frame import FrameParts
from forum.web.incoming import guard_incoming
from forum.web.kept import install_kept
from forum.web.pagecache import install_shared
from forum.web.render import make_renderer, renderer
from forum.web.security import guard_forms, protect
from forum.web.statics import FOREVER, StaticFiles, warn_without_vendor
from forum.web.themes import CORE, Themes, load_themes

THEMES = CORE / "themes"
TRANSLATIONS = CORE / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """What the web layer needs to know at start.

    `plugins` maps a loaded plugin's name to its package folder (templates, static, translations).
    """

    site: str = "Chapterhouse"
    locale: str = "de"
    zone: str = "Europe/Berlin"
    theme: str = ""
    theme_roots: Sequence[Path] = (THEMES,)
    plugins: Mapping[str, Path] = field(default_factory=dict)
    public_url: str = ""
    proxies: int = 0


def install(app: Flask, options: WebOptions) -> FrameParts:
    """Wire the web layer; return the registry of the frame for higher features to fill.

    Errors: ConfigError for broken themes.
    """
    parts = FrameParts()
    app.extensions[FRAME] = parts
    app.extensions[i18n.STATE] = i18n.load_languages(
        _domains(options.plugins), default=options.locale, zone=options.zone
    )
    app.before_request(i18n.forget_speech)
    app.teardown_request(i18n.forget_speech)
    guard_incoming(app, public_url=options.public_url, proxies=options.proxies)
    # Refuses foreign requests before the token is looked at, and sets headers after all others.
    protect(app, https=options.public_url.startswith("https://"))
    guard_forms(app)
    themes = load_themes(options.theme_roots, default=options.theme)
    files = _static_files(themes, options.plugins)
    folders = {name: folder / "templates" for name, folder in options.plugins.items()}
    app.extensions[render.STATE] = make_renderer(
        app, site=options.site, themes=themes, statics=files, plugins=folders
    )
    install_kept(app)
    install_shared(app)
    _serve_static(app, files)
    handle_errors(app)
    warn_without_vendor(files, themes.default)
    return parts


def _domains(plugins: Mapping[str, Path]) -> list[tuple[str, Path]]:
    own = [(name, folder / "translations") for name, folder in plugins.items()]
    return [("forum", TRANSLATIONS), *own]


def _static_files(themes: Themes, plugins: Mapping[str, Path]) -> StaticFiles:
    files = StaticFiles()
    names = {"", themes.default, *themes.by_name}
    fonts = statics.font_css(VENDOR)
    for name in sorted(names):
        files.add_theme(name, themes.static(name), fonts + themes.css(name))
    for plugin, folder in plugins.items():
        if (folder / "static").is_dir():
            files.add_plugin(names, plugin, folder / "static")
    return files


def _serve_static(app: Flask, files: StaticFiles) -> None:
    def static_file(path: str) -> Response:
        found = files.find(path)
        if found is None:
            abort(404)
        packed = bool(found.packed) and request.accept_encodings.quality("gzip") > 0
        response = Response(found.packed if packed else found.body, mimetype=found.mime)
        response.headers["Cache-Control"] = FOREVER
        if found.packed:
            response.vary.add("Accept-Encoding")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def accent_sheet(theme: str, accent: str, version: str) -> Response:
        theme = "" if theme == "-" else theme
        themes = renderer().themes
        if len(accent) != 6 or not is_hex(accent):
            abort(404)
        response = Response(themes.accent_sheet(theme, accent), mimetype="text/css")
        current = version == themes.accent_version(theme, accent)
        response.headers["Cache-Control"] = FOREVER if current else "public, max-age=60"
        return response

    # Flask's own route would serve the same folder under names without a hash.
    app.add_url_rule("/static/<path:path>", "web.static", static_file)
    app.add_url_rule("/look/<theme>/<accent>.<version>.css", "web.accent", accent_sheet)
