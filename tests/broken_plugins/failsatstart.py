"""Raises while it registers."""

from forum.plugin import Manifest, hookimpl

manifest = Manifest(
    name="failsatstart", title="failsatstart", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def register_topic_kinds() -> list[object]:
    raise ZeroDivisionError("kaputt")
