"""Puts search on an app: the index in the data directory and the page."""

from __future__ import annotations

from flask import Flask

from forum.core.config import Config
from forum.search.views import blueprint
from forum.search.whoosh_index import WhooshIndex


def install_search(app: Flask) -> None:
    """Wire search; nothing is opened before somebody asks."""
    config: Config = app.config["FORUM"]
    app.extensions["forum"]["search"] = WhooshIndex(config.data_dir / "index")
    app.register_blueprint(blueprint)
