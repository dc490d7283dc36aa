"""Registers a topic kind that the core has."""

from forum.plugin import Manifest, TopicKind, hookimpl

manifest = Manifest(
    name="registerstwice", title="registerstwice", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def register_topic_kinds() -> list[TopicKind]:
    return [TopicKind(name="discussion", label="Gespräch", icon="chat")]
