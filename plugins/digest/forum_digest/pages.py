"""What the pages and panels of digests show: put into words for one viewer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from forum.api.data import Viewer, list_plugin_areas, list_readable_ids, now
from forum.api.web import gettext as _
from forum.plugin import Panel, SitePage, Slot
from forum_digest import limits, values
from forum_digest.operations import preview_digest
from forum_digest.queries import (
    NAME,
    PrefRow,
    count_issues,
    find_account,
    find_pref,
    find_root,
    list_own_ids,
)
from forum_digest.words import Told, tell_item

LATELY: Final = timedelta(days=30)


def list_area_choices(viewer: Viewer, chosen: Collection[str]) -> list[tuple[str, str]]:
    """List the areas a viewer may choose from: readable, digests on, by name, at most fifty.

    Where there are more: the `chosen` ones, then the own ones, then what is above them.
    Cost: three statements.
    """
    areas = list_plugin_areas(list_readable_ids(viewer))
    own = list_own_ids(viewer)
    above = {one for area in own & areas.keys() for one in areas[area].line}
    near = [area.id for area in areas.values() if NAME in area.plugins]
    near.sort(key=lambda one: (str(one) not in chosen, one not in own, one not in above, one))
    named = sorted((areas[one].name, one) for one in near[: limits.AREAS])
    return [(str(area_id), name) for name, area_id in named]


def fill_form(viewer: Viewer) -> dict[str, Any]:
    """Return what the form begins with: the own choice, else the account's zone and nothing."""
    pref, account = find_pref(viewer), find_account(viewer)
    if pref is None:
        zone = account.timezone if account is not None else "Europe/Berlin"
        return {
            "freq": values.OFF,
            "channel": values.MAIL,
            "weekday": "0",
            "hour": "7",
            "zone": zone,
            "language": "",
            "areas": [],
        }
    return {
        "freq": pref.freq,
        "channel": pref.channel,
        "weekday": str(pref.weekday),
        "hour": str(pref.hour),
        "zone": pref.zone,
        "language": pref.language,
        "areas": [str(area_id) for area_id in pref.areas],
        "pause_days": _count_days(pref),
    }


def _count_days(pref: PrefRow) -> int | None:
    if pref.paused_until is None or pref.paused_until <= now():
        return None
    return -((now() - pref.paused_until) // timedelta(days=1))


def list_next(viewer: Viewer) -> list[Told]:
    """Return what a digest made now would tell, in the words that its mail has."""
    readable = list_readable_ids(viewer)
    areas = list_plugin_areas(readable)
    on = [area.id for area in areas.values() if NAME in area.plugins]
    items = preview_digest(viewer, on)
    return [tell_item(item, areas[item.area_id].name) for item in items]


def tell_state(viewer: Viewer) -> dict[str, Any]:
    """Return how often a digest comes, and when the next one does."""
    pref = find_pref(viewer)
    if pref is None or pref.freq == values.OFF:
        return {"freq": "", "next_at": None, "paused": None, "chosen": pref is not None}
    paused = pref.paused_until if pref.paused_until and pref.paused_until > now() else None
    return {
        "freq": str(values.FREQS[pref.freq]),
        "next_at": pref.next_due_at,
        "paused": paused,
        "chosen": pref.chosen,
    }


def show_panels(page: SitePage) -> Sequence[Panel]:
    """Show the own rhythm among the settings, and to operators how many came, where they are on."""
    if Slot.SETTINGS in page.slots and page.viewer.user_id is not None:
        state = tell_state(Viewer(page.viewer.user_id))
        return [Panel(Slot.SETTINGS, "digest/settings.html", {"state": state})]
    if Slot.ADMIN in page.slots and find_root() is not None:
        return [Panel(Slot.ADMIN, "digest/figures.html", {"lines": _list_figures()})]
    return ()


def _list_figures() -> list[tuple[str, int]]:
    """Put the figures into words: how many came, and by reason how many did not."""
    counted = count_issues(since=now() - LATELY)
    sent = sum(number for (state, _reason), number in counted.items() if state == values.SENT)
    waiting = sum(
        number
        for (state, _reason), number in counted.items()
        if state in (values.PLANNED, values.COMPOSED)
    )
    lines = [(_("Gekommen"), sent), (_("Noch unterwegs"), waiting)]
    lines += [
        (str(values.FIGURES[reason]), number)
        for (state, reason), number in counted.items()
        if state == values.SKIPPED and reason in values.FIGURES
    ]
    return lines
