"""Moderation as a built-in plugin: moderators find what is hidden beside their area's topics."""

from __future__ import annotations

from collections.abc import Sequence

from forum.core.wall import Viewer
from forum.moderation.queries import count_hidden
from forum.plugin import AreaPage, Manifest, Panel, Slot, hookimpl

manifest = Manifest(
    name="moderation",
    title="Moderation",
    summary="Blendet Beiträge mit einem Grund aus, nachvollziehbar und umkehrbar",
    core=">=1.0,<2",
    licence="core",
)


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    """Lead moderators to what is hidden; others get nothing, not even the count's statement."""
    if page.viewer.role not in ("moderator", "admin") or Slot.AREA_SIDE not in page.slots:
        return ()
    hidden = count_hidden(Viewer(page.viewer.user_id), page.area.id)
    context = {"slug": page.area.slug, "hidden": hidden}
    return (Panel(Slot.AREA_SIDE, "moderation/panel.html", context, order=900),)
