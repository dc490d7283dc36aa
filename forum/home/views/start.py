"""The start page: a member's feed, or what the federation shows to strangers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from flask import request
from flask.typing import ResponseReturnValue

from forum.accounts.queries import has_operator
from forum.areas.hosts import show_front
from forum.areas.routing import current_standing
from forum.areas.rules import can_start_in
from forum.areas.scope import OwnArea, Standing
from forum.core import limits
from forum.core.config import current_config
from forum.core.errors import NotFound
from forum.core.wall import current_viewer
from forum.discussions.cards import show_cards
from forum.discussions.queries import FEED_SHAPE
from forum.home.queries import (
    Tab,
    get_public_face,
    list_area_tips,
    list_home,
    list_open_topics,
)
from forum.home.reasons import give_reasons
from forum.home.views.blueprint import blueprint
from forum.web.i18n import lazy_gettext as _l
from forum.web.pagination import Cut
from forum.web.render import render

TABS: Final[Mapping[Tab, object]] = {
    "mine": _l("Für dich"),
    "all": _l("Neu"),
    "unanswered": _l("Unbeantwortet"),
}


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """Show a member the feed of `?tab=`, everybody else the public page of the federation.

    Under a name of its own an area's page stands here.
    """
    front = show_front()
    if front is not None:
        return front
    cut = Cut.from_args(request.args, FEED_SHAPE, limit=limits.PAGE_TOPICS)
    standing = current_standing()
    if current_viewer().user_id is None:
        return _show_stranger(standing, cut)
    return _show_member(standing, cut, tab=_read_tab())


def _show_member(standing: Standing, cut: Cut, *, tab: Tab) -> str:
    page = list_home(standing, cut, tab=tab)
    return render(
        "home/start.html",
        tab=tab,
        tabs=[(text, _address(name), name == tab) for name, text in TABS.items()],
        here=_address(tab),
        page=page,
        cards=show_cards(page.items, reasons=give_reasons(page.items, standing)),
        startable=_list_startable(standing),
        joined=any(not area.everyone and not area.archived for area in standing.areas),
        waiting=list_open_topics(standing) if tab != "unanswered" else [],
        tips=list_area_tips(standing),
    )


def _list_startable(standing: Standing) -> list[OwnArea]:
    """List the own areas in which the member may begin a topic, those of everyone first."""
    areas = [area for area in standing.areas if can_start_in(area)]
    return sorted(areas, key=lambda area: (not area.everyone, area.name.casefold()))


def _show_stranger(standing: Standing, cut: Cut) -> str:
    page, face = list_home(standing, cut, tab="all"), get_public_face()
    return render(
        "home/public.html",
        face=face,
        blank=face.root is None and not page.items and not has_operator(),
        page=page,
        first=cut.after is None and cut.before is None,
        cards=show_cards(page.items),
        registration=current_config().registration,
    )


def _read_tab() -> Tab:
    tab = request.args.get("tab", "mine")
    if tab not in TABS:
        raise NotFound
    return cast(Tab, tab)


def _address(tab: Tab) -> str:
    return "/" if tab == "mine" else f"/?tab={tab}"
