"""Where a member is at home: the own regions from the nearest up to the federation."""

from __future__ import annotations

from forum.api.data import Scope, list_latest_topics, list_regions_up
from forum.api.web import render, show_cards
from forum_chapters import limits
from forum_chapters.views.looking import base_of, crumbs_of


def show_region(scope: Scope) -> str:
    """Show what is new in each of the own regions; never the inside of another branch.

    Cost: three statements, and one for cards that nobody was shown yet.
    """
    rows = list_regions_up(scope.standing)[: limits.REGIONS]
    lines = list_latest_topics(scope.viewer, [row.id for row in rows], most=limits.NEWS)
    # All cards at once: they are kept, and given out again by region.
    show_cards([line for row in rows for line in lines.get(row.id, ())], scope=scope)
    found = [(row, show_cards(lines.get(row.id, ()), scope=scope)) for row in rows]
    return render(
        "chapters/region.html",
        scope=scope,
        regions=found,
        base=base_of(scope),
        crumbs=crumbs_of(scope),
    )
