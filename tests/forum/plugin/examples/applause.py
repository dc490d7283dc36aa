"""A plugin that builds on kudos and comes before it in the alphabet."""

from forum.plugin import Manifest, TopicKind, hookimpl

manifest = Manifest(
    name="applause",
    title="Applaus",
    summary="Mehr Danke",
    core=">=1",
    licence="MIT",
    requires=("kudos",),
)


@hookimpl
def filter_post_html(html: str) -> str:
    return html + "!"


@hookimpl
def register_topic_kinds() -> list[TopicKind]:
    return [TopicKind(name="applause", label="Applaus", icon="star")]
