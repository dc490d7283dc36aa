"""Names an argument that the hook does not have."""

from forum.plugin import Manifest, TopicPage, hookimpl

manifest = Manifest(
    name="wrongargument", title="wrongargument", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(pages: TopicPage) -> dict[int, list[object]]:
    return {}
