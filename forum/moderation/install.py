"""Puts moderation on an app: its pages."""

from __future__ import annotations

from flask import Flask

from forum.moderation.views import blueprint


def install_moderation(app: Flask) -> None:
    """Wire moderation; called in the app's context, after discussions."""
    app.register_blueprint(blueprint)
