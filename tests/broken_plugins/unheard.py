"""Wants an event that nobody declares."""

from forum.plugin import EventRef, Manifest, hookimpl

manifest = Manifest(
    name="unheard",
    title="unheard",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    events=("discussions.post_creatd",),
)


@hookimpl
def on_event(event: EventRef) -> None:
    raise AssertionError(event)
