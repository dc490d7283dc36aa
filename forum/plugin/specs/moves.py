"""Hooks called when content changes its place, in the same transaction."""

from forum.plugin.hookspec import hookspec
from forum.plugin.types import AreaRef, TopicRef, Veto


@hookspec(audience="loaded", on_error="abort")
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> Veto | None:
    """Take the plugin's rows along when a topic moves to another area.

    When: in the transaction of the move, after core moved its own rows; `topic.area_id` is the
        target's. Sent to every loaded plugin, active in either area or not.
    Not sent for: moves of whole areas, in which topics keep their area.
    Return: None, or a `Veto` that undoes the move and is shown to who asked for it.
    Errors: the move is undone.
    Cost: a few statements for the one topic; rows that hang on topic or post need none.
    """
    raise NotImplementedError
