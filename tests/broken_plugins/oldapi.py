"""Was made for a forum of the future."""

from forum.plugin import Manifest

manifest = Manifest(name="oldapi", title="oldapi", summary="Kaputt", core=">=2", licence="MIT")
