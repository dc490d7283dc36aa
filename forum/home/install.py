"""Puts home on an app: start page, directory, health, the operator's pages and their links."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from forum.core.health import register_check
from forum.core.remains import Remains, register_remains
from forum.home import setup
from forum.home.legal import LEGAL_PAGES, check_pages
from forum.home.models import PluginFigure, PluginTime, PluginTrouble
from forum.home.troubles import list_area_troubles
from forum.home.upkeep import install_upkeep
from forum.home.views import blueprint
from forum.web.frame import Link, parts
from forum.web.i18n import gettext as _
from forum.web.incoming import mapped_host
from forum.web.mails import site_url


def install_home(app: Flask) -> None:
    """Wire home; called in the app's context, after every feature whose facts it shows."""
    app.register_blueprint(blueprint)
    app.register_blueprint(setup.blueprint)
    parts(app).footer = _footer
    register_check(check_pages)
    install_upkeep(app)
    register_remains(
        Remains("figures", PluginFigure.plugin),
        Remains("times", PluginTime.plugin),
        Remains("troubles", PluginTrouble.plugin),
    )
    app.extensions["forum"]["area_troubles"] = list_area_troubles


def _footer() -> Sequence[Link]:
    """Return the links to what must be reachable from every page."""
    legal = [Link(str(page.title), f"/{page.name}") for page in LEGAL_PAGES.values()]
    return [Link(_("Zum ganzen Forum"), site_url()), *legal] if mapped_host() else legal
