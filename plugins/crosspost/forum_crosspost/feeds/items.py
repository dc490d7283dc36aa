"""What a feed holds, whatever its format: pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Format = Literal["rss", "atom", "jsonfeed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as it stands in the feed; `html` is hostile, everything may be "".

    `files` are so many enclosures.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    html: str = ""
    author: str = ""
    at: datetime | None = None
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed that was read. `ttl` are the seconds that its writer wants between two visits."""

    format: Format
    title: str
    link: str
    items: tuple[Item, ...]
    ttl: int = 0
    url: str = ""


class NotAFeed(Exception):
    """The bytes are none; `kind` is a word of `feeds.words`, the text what was found."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(text)
        self.kind = kind
