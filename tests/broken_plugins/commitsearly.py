"""Commits in the middle of a write that is refused afterwards."""

from forum.api.data import db
from forum.plugin import AreaRef, Manifest, TopicRef, hookimpl

manifest = Manifest(
    name="commitsearly", title="commitsearly", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> None:
    db.session.commit()
    raise ZeroDivisionError("kaputt")
