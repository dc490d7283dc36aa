"""Imprint, privacy, accessibility: the operator's words, linked from every page."""

from __future__ import annotations

from forum.accounts.identity import current
from forum.areas.hosts import find_host_page
from forum.home.legal import LEGAL_PAGES, find_text
from forum.home.views.blueprint import blueprint
from forum.web.i18n import speech
from forum.web.render import render


@blueprint.get("/impressum")
def impressum() -> str:
    """Show who is responsible, for the site or for the area whose name it was asked under."""
    return find_host_page("/impressum") or legal("impressum")


@blueprint.get("/datenschutz")
def datenschutz() -> str:
    """Show what is done with personal data, by the site or by the area whose name it is."""
    return find_host_page("/datenschutz") or legal("datenschutz")


@blueprint.get(
    "/barrierefreiheit", endpoint="barrierefreiheit", defaults={"name": "barrierefreiheit"}
)
def legal(name: str) -> str:
    """Show the page, or say who has to write what."""
    user = current()
    return render(
        "home/legal.html",
        page=LEGAL_PAGES[name],
        text=find_text(name, speech().language),
        is_operator=user is not None and user.is_operator,
    )
