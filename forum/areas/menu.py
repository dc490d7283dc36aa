"""What one can do at an area, as its pages offer it: ways in and out, links of the core team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forum.areas import rules
from forum.areas.scope import Scope
from forum.web.i18n import gettext as _

Way = Literal["join", "apply", "leave", ""]
Tab = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class AreaTools:
    """`way`: what the viewer's own membership allows; `tabs`: pages of the area one may open.

    Shapes: a tab is (text, url, current).
    """

    slug: str
    way: Way
    tabs: tuple[Tab, ...]


def area_tools(scope: Scope, *, current: str = "") -> AreaTools:
    """Return the tools of an area for its viewer. Cost: no statement."""
    base = f"/a/{scope.area.slug}/"
    pages = [("", _("Themen")), ("members", _("Mitglieder"))]
    if rules.can(scope, "edit"):
        pages.append(("settings", _("Einstellungen")))
    elif rules.is_overseer(scope):
        pages.append(("oversight", _("Von oben")))
    if rules.can_switch_plugins(scope):
        pages.append(("plugins", _("Erweiterungen")))
    if rules.can(scope, "see_log"):
        pages.append(("log", _("Protokoll")))
    tabs = tuple((text, base + page, page == current) for page, text in pages)
    return AreaTools(scope.area.slug, _way(scope), tabs)


def _way(scope: Scope) -> Way:
    if rules.can_join(scope):
        return "join"
    if rules.can_apply(scope):
        return "apply"
    return "leave" if rules.can_leave(scope) else ""
