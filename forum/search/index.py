"""The port of the index: what any search engine behind the forum has to offer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Order = Literal["relevance", "newest"]


@dataclass(frozen=True, slots=True)
class Document:
    """A post as the index gets it; `title` is set on the first post of a topic only."""

    post_id: int
    topic_id: int
    area_id: int
    author_id: int
    at: datetime
    title: str
    text: str
    language: str


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
        self, words: Words, *, areas: Collection[int], order: Order, limit: int
    ) -> Sequence[int]:
        """Return ids of matching posts in these areas, best or newest first, `limit` at most."""

    def count(self) -> int:
        """Return the number of documents."""

    def clear(self) -> None:
        """Forget everything."""

    def compact(self) -> None:
        """Throw out what removed documents have left behind: their words are not to be found."""
