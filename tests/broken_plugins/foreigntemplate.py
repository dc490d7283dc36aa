"""Lets core render a template that is not the plugin's own."""

from forum.plugin import AreaPage, Manifest, Panel, Slot, hookimpl

manifest = Manifest(
    name="foreigntemplate",
    title="foreigntemplate",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
)


@hookimpl
def render_area_panels(page: AreaPage) -> list[Panel]:
    return [Panel(Slot.AREA_SIDE, "admin/plugins.html")]
