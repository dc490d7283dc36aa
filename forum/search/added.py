"""What plugins want found beside the texts of posts (`collect_search_documents`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forum.core.services import service
from forum.core.wall import without_viewer
from forum.plugin.types import PostRef


def collect_texts(posts: Sequence[PostRef]) -> Iterator[tuple[str, int, str]]:
    """Yield (plugin, post id, text) of every loaded plugin, on or off where the post stands.

    Cost: that of the plugins, none without posts.
    """
    if not posts:
        return
    with without_viewer():
        given = service("dispatcher").everywhere.collect_search_documents(posts)
    for plugin, documents in given:
        for document in documents:
            if document.text.strip():
                yield plugin, document.post_id, document.text


def list_adding_plugins() -> list[str]:
    """Return the names of the plugins that add texts."""
    return [
        plugin.name
        for plugin in service("dispatcher").loaded.plugins
        if "collect_search_documents" in plugin.implementations
    ]
