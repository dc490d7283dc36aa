"""Requires what requires it."""

from forum.plugin import Manifest

manifest = Manifest(
    name="circleb",
    title="circleb",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("circlea",),
)
