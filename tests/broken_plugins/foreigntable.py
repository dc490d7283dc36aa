"""Declares a table of the core as its own."""

from forum.plugin import Manifest, PersonalData

manifest = Manifest(
    name="foreigntable",
    title="foreigntable",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    personal_data=(PersonalData(table="post", what="Alles", purpose="Keiner", retention="Ewig"),),
)
