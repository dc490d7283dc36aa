"""Puts home on an app: start page, directory, the operator's pages, frame, health."""

from __future__ import annotations

from flask import Flask

from forum.core.health import register_check
from forum.home import setup
from forum.home.frame import list_footer, list_own_areas
from forum.home.legal import check_pages
from forum.home.upkeep import install_upkeep
from forum.home.views import blueprint
from forum.web.frame import parts


def install_home(app: Flask) -> None:
    """Wire home; called in the app's context, after every feature whose facts it shows."""
    app.register_blueprint(blueprint)
    app.register_blueprint(setup.blueprint)
    frame = parts(app)
    frame.own_areas = list_own_areas
    frame.footer = list_footer
    register_check(check_pages)
    install_upkeep(app)
