"""Puts the API on an app."""

from __future__ import annotations

from functools import partial

from flask import Flask

from forum.core.config import current_config
from forum.core.services import service
from forum.rest.openapi import build_document
from forum.rest.plugins import list_endpoints, list_facets
from forum.rest.serving import mount, mount_document
from forum.rest.table import ENDPOINTS
from forum.rest.views.settings import list_setting_endpoints


def install_rest(app: Flask) -> None:
    """Wire the API; called in the app's context, after every feature that it shows."""
    dispatcher = service("dispatcher")
    endpoints = [
        *ENDPOINTS,
        *list_setting_endpoints(dispatcher),
        *list_endpoints(dispatcher),
    ]
    title, facets = current_config().site_name, list_facets(dispatcher)
    blueprint = mount(endpoints)
    mount_document(blueprint, partial(build_document, endpoints, title=title, facets=facets))
    app.register_blueprint(blueprint)
