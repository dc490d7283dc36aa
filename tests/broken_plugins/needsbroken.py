"""Requires a plugin whose hooks are broken."""

from forum.plugin import Manifest

manifest = Manifest(
    name="needsbroken",
    title="needsbroken",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("misspelt",),
)
