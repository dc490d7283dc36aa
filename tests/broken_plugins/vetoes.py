"""Refuses every post, every move and every deletion."""

from forum.plugin import Manifest, PostDraft, Veto, hookimpl

manifest = Manifest(name="vetoes", title="vetoes", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def validate_post(draft: PostDraft) -> Veto:
    return Veto("Hier nicht.", field="title")


@hookimpl
def move_topic() -> Veto:
    return Veto("Bleibt hier.")


@hookimpl
def move_area() -> Veto:
    return Veto("Der Bereich bleibt hier.")


@hookimpl
def delete_area() -> Veto:
    return Veto("Der Bereich bleibt.")
