"""Sound itself; the commands beside it are not."""

from forum.plugin import Manifest

manifest = Manifest(
    name="badcommands",
    title="badcommands",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
)
