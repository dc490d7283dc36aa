"""The operator's page of plugins."""

from __future__ import annotations

from typing import Final

from forum.accounts.identity import operators_only
from forum.areas.panels import render_site_slots
from forum.home.overview import get_overview
from forum.home.troubles import DAYS
from forum.home.views.blueprint import blueprint
from forum.home.words import RULES
from forum.plugin.types import Slot
from forum.web.render import render

_SLOTS: Final = frozenset({Slot.ADMIN})


@blueprint.get("/admin/plugins")
@operators_only
def plugins() -> str:
    """Show what runs, what it costs and what broke."""
    overview = get_overview()
    panels = render_site_slots(_SLOTS)[Slot.ADMIN]
    return render("home/plugins.html", overview=overview, days=DAYS, rules=RULES, panels=panels)
