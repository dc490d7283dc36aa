"""Raises in every page hook."""

from forum.plugin import AreaPage, Manifest, TopicPage, hookimpl

manifest = Manifest(name="raises", title="raises", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    raise ZeroDivisionError("kaputt")


@hookimpl
def render_area_panels(page: AreaPage) -> list[object]:
    raise KeyError("kaputt")
