"""Raises an exception that cannot be printed."""

from forum.plugin import AreaPage, Manifest, hookimpl

manifest = Manifest(
    name="hostile", title="hostile", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


class Unprintable(Exception):
    """Fails again when somebody wants to know."""

    def __str__(self) -> str:
        raise RuntimeError("noch einmal")


@hookimpl
def render_area_panels(page: AreaPage) -> list[object]:
    raise Unprintable
