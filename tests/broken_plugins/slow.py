"""Takes longer than a page should wait."""

import time

from forum.plugin import Manifest, TopicPage, hookimpl

manifest = Manifest(name="slow", title="slow", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    time.sleep(0.26)
    return {}
