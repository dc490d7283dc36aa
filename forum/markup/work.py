"""The running account of one rendering, handed to every rule through the parser's environment."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, cast

from forum.markup.values import Block, Embed, Parsed, QuoteRef

KEY = "forum"
# Where fences of one nesting context were paired: first line, line after the last, open → close.
Pairing = tuple[int, int, dict[int, int]]


@dataclass(slots=True)
class Work:
    """Options of one rendering, what it found, and what it has spent of its budgets."""

    directives: Mapping[str, Callable[[Block], Parsed | None]]
    images: tuple[str, ...] = ()
    breaks: bool = False
    mentions: dict[str, None] = field(default_factory=dict)
    quotes: dict[int, QuoteRef] = field(default_factory=dict)
    embeds: list[Embed] = field(default_factory=list)
    pairings: dict[tuple[int, int, int], Pairing] = field(default_factory=dict)
    list_items: int = 0
    table_cells: int = 0
    link_chars: int = 0
    quote_depth: int = 0
    link_depth: int = 0
    shows_images: bool = False


def get_work(env: MutableMapping[str, Any]) -> Work:
    """Return the account of the rendering that `env` belongs to."""
    return cast(Work, env[KEY])
