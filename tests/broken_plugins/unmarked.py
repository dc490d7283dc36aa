"""Forgets the marker, so that its hook would silently never run."""

from forum.plugin import Manifest, PostDraft, Veto

manifest = Manifest(
    name="unmarked", title="unmarked", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


def validate_post(draft: PostDraft) -> Veto | None:
    return None
