"""Fails where everything before it has erased already, and hands over nothing."""

from collections.abc import Mapping, Sequence

from forum.plugin import ExportPart, Manifest, hookimpl

manifest = Manifest(
    name="spoilserasures",
    title="spoilserasures",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
)


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    raise ZeroDivisionError("kaputt")


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    raise ZeroDivisionError("kaputt")


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    raise ZeroDivisionError("kaputt")
