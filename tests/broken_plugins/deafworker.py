"""Raises whenever an event reaches it."""

from forum.plugin import EventRef, Manifest, hookimpl

manifest = Manifest(
    name="deafworker",
    title="deafworker",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    events=("discussions.post_created",),
)


@hookimpl
def on_event(event: EventRef) -> None:
    raise ZeroDivisionError("kaputt")
