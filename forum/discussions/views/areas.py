"""The home of an area: its topics, and the form for a new one."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from forum.areas.beside import list_kept_children, list_kept_path, list_kept_team
from forum.areas.menu import area_tools
from forum.areas.panels import render_slots
from forum.areas.routing import area_blueprint, current_scope
from forum.core.errors import NotFound
from forum.discussions import operations, rules
from forum.discussions.cards import show_cards
from forum.discussions.queries import list_topics, sort_shape
from forum.discussions.queries.lists import Sort
from forum.discussions.views.frame import done, require_member, viewer
from forum.discussions.views.writing import show_new
from forum.plugin.types import Slot
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.pagination import Cut
from forum.web.render import render

area_pages = area_blueprint("area_topics", __name__)
SORTS: Final[tuple[Sort, ...]] = ("active", "new", "most", "unanswered")
_SLOTS: Final = frozenset({Slot.AREA_SIDE})


@area_pages.get("/")
def home() -> ResponseReturnValue:
    """Topics of the area by `?sort=`, a page at a time."""
    scope = current_scope()
    sort = _read_sort()
    page = list_topics(scope, Cut.from_args(request.args, sort_shape(sort)), sort=sort)
    team, crumbs = list_kept_team(scope), list_kept_path(scope)
    base = f"/a/{scope.area.slug}/"
    here = base if sort == "active" else f"{base}?sort={sort}"
    words = (_("Aktuell"), _("Neu"), _("Meiste Antworten"), _("Unbeantwortet"))
    return render(
        "discussions/area.html",
        scope=scope,
        crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in crumbs],
        team=team,
        children=list_kept_children(scope),
        tools=area_tools(scope),
        page=page,
        here=here,
        sort=sort,
        cards=show_cards(page.items, scope=scope),
        tabs=[
            (text, base if name == "active" else f"{base}?sort={name}", name == sort)
            for name, text in zip(SORTS, words, strict=True)
        ],
        can_start=rules.can_start(scope),
        side=render_slots(scope, _SLOTS)[Slot.AREA_SIDE],
    )


@area_pages.route("/new", methods=["GET", "POST"])
@shows_again
def new() -> ResponseReturnValue:
    """Start a topic."""
    return show_new(current_scope())


@area_pages.post("/read")
def mark_read() -> ResponseReturnValue:
    """Nothing in the area is new any more."""
    scope = current_scope()
    require_member()
    operations.mark_area_read(viewer(), scope.area.id)
    return done(_("Alles als gelesen markiert."), fallback=f"/a/{scope.area.slug}/")


def _read_sort() -> Sort:
    sort = request.args.get("sort", "active")
    if sort not in SORTS:
        raise NotFound
    return sort
