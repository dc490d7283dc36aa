"""What plugins want found: texts beside those of posts."""

from dataclasses import dataclass

from forum.plugin.types.checked import Checked


@dataclass(frozen=True, slots=True)
class SearchDocument(Checked):
    """A text by which a post is found where the plugin is on: the options of a poll, a place."""

    post_id: int
    text: str
