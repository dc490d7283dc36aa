"""The files that an import reads, each as pieces with an end, and pieces as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from forum_crosspost.mail.mbox import Mbox
from forum_crosspost.mail.reading import find_id, read_mail
from forum_crosspost.records import Message, Record
from forum_crosspost.wxr.reading import Site, read_head, read_item
from forum_crosspost.wxr.splitting import Splitter


class Piece(Protocol):
    """A part of a file that is taken over as a whole or not at all; `end` is the offset behind."""

    @property
    def end(self) -> int:
        """Return where the next piece begins."""


class Reading(Protocol):
    """An open file. What it knows of earlier pieces it learns by going through them."""

    def __iter__(self) -> Iterator[Any]:
        """Give the pieces in the order of the file."""

    def digest(self) -> str:
        """Return the hash of the file up to the end of the last piece given."""

    def read(self, piece: Any) -> Sequence[Record]:
        """Return the records of a piece; never raises for what stands in it."""

    def list_ids(self, piece: Any) -> Sequence[str]:
        """Return the ids of the records of a piece that was taken over before."""


class MailReading:
    """An mbox file: every mail is a piece."""

    def __init__(self, file: BinaryIO, label: str) -> None:
        self._mbox = Mbox(file)
        self._label = label

    def __iter__(self) -> Iterator[Any]:
        """Give the mails."""
        return iter(self._mbox)

    def digest(self) -> str:
        """Return the hash of what was read."""
        return self._mbox.digest()

    def read(self, piece: Any) -> Sequence[Record]:
        """Return the message, or why it is none."""
        return [read_mail(piece, label=self._label)]

    def list_ids(self, piece: Any) -> Sequence[str]:
        """Return its id, by its headers alone."""
        return [find_id(piece)]


class BlogReading:
    """A WordPress export: every post with its comments is a piece."""

    def __init__(self, file: BinaryIO, label: str) -> None:
        self._splitter = Splitter(file)
        self._label = label
        self._site = Site()

    def __iter__(self) -> Iterator[Any]:
        """Give the head and the items; the head says what the items need to be read."""
        for piece in self._splitter:
            if piece.is_head:
                self._site, _refused = read_head(piece, label=self._label)
            yield piece

    def digest(self) -> str:
        """Return the hash of what was read."""
        return self._splitter.digest()

    def read(self, piece: Any) -> Sequence[Record]:
        """Return post and comments, and what was left out."""
        if piece.is_head:
            return read_head(piece, label=self._label)[1]
        return read_item(piece, self._site)

    def list_ids(self, piece: Any) -> Sequence[str]:
        """Return the ids of post and comments."""
        return [one.ext_id for one in self.read(piece) if isinstance(one, Message)]


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is opened, and what its import rests on unless somebody says else."""

    open: Callable[[BinaryIO, str], Reading]
    basis: str


FORMATS: Final[Mapping[str, Format]] = {
    "mbox": Format(MailReading, "list-terms"),
    "wxr": Format(BlogReading, "public-federated"),
}
