"""Requires what requires it."""

from forum.plugin import Manifest

manifest = Manifest(
    name="circlea",
    title="circlea",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    requires=("circleb",),
)
