"""The plugin's doors on pages of the core: one beside an area, one in its settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forum.plugin import AreaPage, Panel, Slot


def show_doors(page: AreaPage) -> Sequence[Panel]:
    """Lead to the front page and the own region, and in the settings to what can be made of it.

    Cost: no statement.
    """
    return list(_list_panels(page))


def _list_panels(page: AreaPage) -> Iterator[Panel]:
    base = f"/a/{page.area.slug}/chapters/"
    if Slot.AREA_SIDE in page.slots and page.topic is None:
        signed_in = page.viewer.user_id is not None
        context = {"base": base, "signed_in": signed_in}
        yield Panel(Slot.AREA_SIDE, "chapters/side.html", context, order=200, key=(signed_in,))
    if Slot.AREA_SETTINGS in page.slots:
        yield Panel(Slot.AREA_SETTINGS, "chapters/settings.html", {"base": base})
