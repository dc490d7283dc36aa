"""Wires an app as far as discussions need it, while `forum.app` does not do it yet."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from forum.areas.routing import current_standing
from forum.discussions.install import install_discussions
from forum.web.frame import AreaLink, parts


def wire(app: Flask) -> None:
    """Put discussions on the app unless they are there."""
    if "discussions" in app.blueprints:
        return
    with app.app_context():
        if parts(app).own_areas is None:
            parts(app).own_areas = _own_areas
        install_discussions(app)


def _own_areas(user_id: int | None) -> Sequence[AreaLink]:
    areas = current_standing().areas
    return [AreaLink(a.name, f"/a/{a.slug}/", a.slug, a.accent) for a in areas]
