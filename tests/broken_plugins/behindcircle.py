"""Requires a plugin of a circle."""

from forum.plugin import Manifest

manifest = Manifest(
    name="behindcircle",
    title="behindcircle",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("circlea",),
)
