"""Badges as pages of the core show them: on profiles, and beside the topics of an area."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from forum.api.web import keep_for_area
from forum.plugin import AreaPage, Panel, SitePage, Slot
from forum_badges.queries import list_achievements, list_own, list_shown

BESIDE = 5


def show_profile(page: SitePage) -> Sequence[Panel]:
    """Show what a member shows; on their own profile, what they could. Cost: two statements."""
    if Slot.PROFILE not in page.slots or page.user_id is None:
        return ()
    own = page.viewer.user_id == page.user_id
    awards = list_own(page.user_id) if own else list_shown(page.user_id)
    awards = [one for one in awards if one.revoked_at is None]
    if not awards and not own:
        return ()
    shown = [one for one in awards if one.visibility == "members"]
    context = {"shown": shown, "own": own, "hidden": len(awards) - len(shown)}
    return [Panel(Slot.PROFILE, "badges/profile.html", context)]


def show_area(page: AreaPage) -> Sequence[Panel]:
    """Show what can be earned here. Cost: one statement when anything has stamped pages."""
    if Slot.AREA_SIDE not in page.slots:
        return ()
    badges = keep_for_area(page, "badges.beside", lambda: _list_names(page.area.id))
    if not badges and page.viewer.role != "admin":
        return ()
    base = f"/a/{page.area.slug}/badges/"
    context = {"badges": badges, "base": base}
    return [Panel(Slot.AREA_SIDE, "badges/side.html", context, order=120)]


def _list_names(area_id: int) -> Sequence[tuple[int, str]]:
    """List some badges by id and name: how many have one depends on who looks."""
    found = (one for one in list_achievements(area_id) if one.retired_at is None)
    return tuple((one.id, one.name) for one in islice(found, BESIDE))
