"""The operator's page of plugins."""

from __future__ import annotations

from forum.accounts.identity import operators_only
from forum.home.overview import get_overview
from forum.home.troubles import DAYS
from forum.home.views.blueprint import blueprint
from forum.home.words import RULES
from forum.web.render import render


@blueprint.get("/admin/plugins")
@operators_only
def plugins() -> str:
    """Show what runs, what it costs and what broke."""
    return render("home/plugins.html", overview=get_overview(), days=DAYS, rules=RULES)
