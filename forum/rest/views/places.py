"""Areas: those that the viewer may know of, and one of them."""

from __future__ import annotations

from forum.areas.beside import get_kept_scope
from forum.areas.queries import find_line, list_lines
from forum.areas.routing import current_standing
from forum.areas.scope import Scope
from forum.core.errors import NotFound
from forum.core.wall import current_viewer
from forum.rest.answering import next_url
from forum.rest.endpoints import Answer, Call
from forum.rest.shapes import AreaPage
from forum.rest.showing import show_area


def list_areas(call: Call) -> Answer:
    """Return a page of areas."""
    limit: int = call.query.limit
    found = list_lines(current_viewer(), after_id=call.query.after)
    items = found[:limit]
    following = next_url(call, after=items[-1][0].id) if len(found) > limit else ""
    shown = [show_area(row, parent) for row, parent in items]
    return Answer(AreaPage(items=shown, next=following or None), next=following)


def show_one(call: Call) -> Answer:
    """Return one area."""
    scope = get_kept_scope(current_standing(), call.values["slug"])
    found = find_line(scope.viewer, scope.area.id)
    if found is None:
        raise NotFound
    return Answer(show_area(*found))


def get_scope(slug: str) -> Scope:
    """Return an area that the viewer reads. Errors: NotFound, AddressChanged."""
    scope = get_kept_scope(current_standing(), slug)
    if not scope.reads:
        raise NotFound
    return scope
