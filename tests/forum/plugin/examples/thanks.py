"""A plugin that wants the topic kind of kudos for itself."""

from forum.plugin import Manifest, TopicKind, hookimpl

manifest = Manifest(
    name="thanks", title="Dank", summary="Auch Danke", core=">=1", licence="MIT", default=True
)


@hookimpl
def register_topic_kinds() -> list[TopicKind]:
    return [TopicKind(name="thanks", label="Dank", icon="heart")]
