"""The port of the index: what any search engine behind the forum has to offer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Order = Literal["relevance", "newest"]


@dataclass(frozen=True, slots=True)
class Document:
    """A post as the index gets it; `title` is set on the first post of a topic only.

    `kind` is its topic's. With `plugin` it is the post with what that plugin adds to its text,
    found where the plugin is on.
    """

    post_id: int
    topic_id: int
    area_id: int
    author_id: int
    at: datetime
    title: str
    text: str
    language: str
    kind: str = "discussion"
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where to look: in these areas, and in what a plugin added in those of them where it is on.

    `kind` narrows it to topics of a kind.
    """

    areas: Collection[int]
    plugins: Mapping[str, Collection[int]] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A query taken apart: every word and phrase must occur, nothing of `without` may."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.words and not self.phrases


class Index(Protocol):
    """A disposable copy of what is written, rebuilt from the database at any time."""

    def write(self, documents: Iterable[Document], *, remove: Collection[int] = ()) -> None:
        """Add or replace documents and remove posts by id, in one commit."""

    def find(
        self, words: Words, reach: Reach, *, order: Order, limit: int
    ) -> Sequence[tuple[int, str]]:
        """Return matching posts, best or newest first, each once, `limit` at most.

        With a kind and no words these are all of the kind.
        Shapes: (id, "" or the plugin without whose text the post would not have been found).
        """

    def count(self) -> int:
        """Return the number of documents."""

    def is_outdated(self) -> bool:
        """Tell whether it was built by an earlier version that kept less: build it anew."""

    def clear(self) -> None:
        """Forget everything."""

    def compact(self) -> None:
        """Throw out what removed documents have left behind: their words are not to be found."""
