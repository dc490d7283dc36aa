"""Has another name in its manifest than its entry point."""

from forum.plugin import Manifest

manifest = Manifest(
    name="anothername", title="anothername", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)
