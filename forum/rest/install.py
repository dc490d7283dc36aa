"""Puts the API on an app."""

from __future__ import annotations

from flask import Flask

from forum.core.config import current_config
from forum.rest.openapi import build_document
from forum.rest.serving import mount, mount_document
from forum.rest.table import ENDPOINTS


def install_rest(app: Flask) -> None:
    """Wire the API; called in the app's context, after every feature that it shows."""
    blueprint = mount(ENDPOINTS)
    title = current_config().site_name
    mount_document(blueprint, build_document(ENDPOINTS, title=title, facets={}))
    app.register_blueprint(blueprint)
