"""Puts a panel where the page has no slot for it."""

from forum.plugin import Manifest, Panel, Slot, TopicPage, hookimpl

manifest = Manifest(
    name="wrongslot", title="wrongslot", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[Panel]]:
    return {page.posts[0].id: [Panel(Slot.COMPOSER, "wrongslot/panel.html")]}
