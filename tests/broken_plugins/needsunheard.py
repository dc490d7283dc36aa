"""Is sound itself, but requires a plugin that wants an event that nobody declares."""

from forum.plugin import Manifest

manifest = Manifest(
    name="needsunheard",
    title="needsunheard",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("unheard",),
)
