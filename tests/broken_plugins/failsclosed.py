"""Fails where failing open would publish, lose or leak."""

from forum.plugin import AreaRef, EventRef, Manifest, PostDraft, TopicRef, hookimpl

manifest = Manifest(
    name="failsclosed",
    title="failsclosed",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    events=("discussions.post_created",),
)


@hookimpl
def validate_post(draft: PostDraft) -> None:
    raise ZeroDivisionError("kaputt")


@hookimpl
def on_event(event: EventRef) -> None:
    raise ZeroDivisionError("kaputt")


@hookimpl
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> None:
    raise ZeroDivisionError("kaputt")


@hookimpl
def erase_user(user_id: int) -> dict[str, int]:
    raise ZeroDivisionError("kaputt")


@hookimpl
def export_user(user_id: int) -> list[object]:
    raise ZeroDivisionError("kaputt")
