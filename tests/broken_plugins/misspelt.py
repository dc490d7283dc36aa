"""Implements a hook that does not exist."""

from forum.plugin import Manifest, TopicPage, hookimpl

manifest = Manifest(
    name="misspelt", title="misspelt", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panel(page: TopicPage) -> dict[int, list[object]]:
    return {}
