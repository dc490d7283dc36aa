"""Badges as pages of the core show them: on profiles, and beside the topics of an area."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Show what can be earned here. Cost: one statement."""
    if Slot.AREA_SIDE not in page.slots:
        return ()
    badges = [one for one in list_achievements(page.area.id) if one.retired_at is None]
    if not badges and page.viewer.role != "admin":
        return ()
    base = f"/a/{page.area.slug}/badges/"
    context = {"badges": badges[:BESIDE], "base": base}
    return [Panel(Slot.AREA_SIDE, "badges/side.html", context, order=120)]
