"""Wants events but does not say which."""

from forum.plugin import EventRef, Manifest, hookimpl

manifest = Manifest(name="deaf", title="deaf", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def on_event(event: EventRef) -> None:
    return None
