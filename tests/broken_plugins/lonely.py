"""Requires what is not there."""

from forum.plugin import Manifest

manifest = Manifest(
    name="lonely",
    title="lonely",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("nowhere",),
)
