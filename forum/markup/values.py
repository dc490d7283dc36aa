"""What goes into the markup pipeline and what comes out of it; no behaviour."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_DIRECTIVE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
BUILT_IN = frozenset({"quote", "details"})


class TooLong(ValueError):
    """A source text is larger than the markup accepts."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes of markup, at most {limit} are accepted")
        self.size = size
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Block:
    """A container directive as its author wrote it.

    Shapes: `:::name title` with `title` also split into `key=value` pairs in `args`;
    `body` is the source between the fences. `key` is that of its embed, should it become one:
    the name and the author's `id=`, or the number among those of its name; `words` is the title
    without the pairs.
    """

    name: str
    title: str
    args: Mapping[str, str]
    body: str
    key: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a directive made of its block: its `data`, and the line of `text` that stands for it.

    The line is what mails, feeds and the search have of it, and readers where nobody shows more.
    """

    data: Mapping[str, object]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Directive:
    """A named container directive.

    Errors: `parse` returns None for a block that it refuses (which stays plain text); what it
    raises goes through to the caller of `render`.
    """

    name: str
    parse: Callable[[Block], Parsed | None]

    def __post_init__(self) -> None:
        if self.name in BUILT_IN or not _DIRECTIVE_NAME.fullmatch(self.name):
            raise ValueError(f"not a name for a directive: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Embed:
    """One directive found in a text; `key` is unique within that text."""

    key: str
    name: str
    data: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class QuoteRef:
    """A quote's reference: the post, and the handle that the source names (never shown)."""

    post_id: int
    handle: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, rendered once: `html` holds placeholders and is what is stored."""

    html: str
    mentions: tuple[str, ...]
    quotes: tuple[QuoteRef, ...]
    embeds: tuple[Embed, ...]
    excerpt: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who a mention points to, as the viewer may see them; no address, no link."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class QuoteInfo:
    """A quoted post that the viewer may read: its author's name and its permalink."""

    author: str
    url: str


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stored texts want looked up before they can be filled; embeds differ text by text."""

    mentions: frozenset[str]
    quotes: frozenset[int]
