"""Ends the process, or tries to."""

import sys

from forum.plugin import AreaPage, Manifest, hookimpl

manifest = Manifest(name="exits", title="exits", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def render_area_panels(page: AreaPage) -> list[object]:
    sys.exit(3)
