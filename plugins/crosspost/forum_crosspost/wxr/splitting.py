"""Splits a WordPress export into its items, one at a time, whatever its size.

Each item is parsed by itself afterwards, so that a broken one takes no other with it. Only a
closing tag outside CDATA ends an item: what somebody wrote into a comment never makes another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from forum_crosspost import limits

_OUTSIDE: Final = re.compile(rb"<!\[CDATA\[|<item[\s>]|</item\s*>|<!--")
_ENDS: Final = {b"<![": b"]]>", b"<!-": b"-->"}
_OPENS: Final = b"<item"
_CLOSES: Final = b"</item"
_TAIL: Final = b"</channel"
_OVERLAP: Final = 16
"""As long as what is looked for, so that none is overlooked where two chunks meet."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """A piece of the file: what precedes the first item, an item, or what was left at the end.

    `end` is the offset behind it. `cut` tells that it was longer than we take; `is_whole` that
    its closing tag was there.
    """

    data: bytes
    end: int
    is_head: bool = False
    is_whole: bool = True
    cut: bool = False


class Splitter:
    """An open file. `digest()` stands for everything up to the end of the last piece given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def digest(self) -> str:
        """Return the hash of the file up to where reading stands."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[RawItem]:
        """Give the pieces in the order of the file."""
        piece, is_head, is_item, end = _Piece(), True, False, 0
        for data, mark in self._mark():
            if mark == _OPENS and (is_head or is_item):  # the item before was never closed
                yield piece.close(end, is_head=is_head, is_whole=is_head)
                piece, is_head = _Piece(), False
            is_item = is_item or mark == _OPENS
            self._hash.update(data)
            end += len(data)
            piece.add(data)
            if mark == _CLOSES and is_item:
                yield piece.close(end)
                piece, is_item = _Piece(), False
        if is_head or not piece.starts_with(_TAIL):
            yield piece.close(end, is_head=is_head, is_whole=False)

    def _mark(self) -> Iterator[tuple[bytes, bytes]]:
        """Give the file in pieces, each with the tag that it begins (an item) or ends with."""
        buffer, closing = b"", b""
        while chunk := self._file.read(limits.LINE_BYTES):
            buffer += chunk
            closing, buffer = yield from self._scan(buffer, closing)
        if buffer:
            yield buffer, b""

    def _scan(
        self, buffer: bytes, closing: bytes
    ) -> Generator[tuple[bytes, bytes], None, tuple[bytes, bytes]]:
        """Give what can be told of the buffer; return what ends the section and what is left."""
        at = 0
        while True:
            if closing:
                end = buffer.find(closing, at)
                if end < 0:
                    break
                end += len(closing)
                yield buffer[at:end], b""
                at, closing = end, b""
                continue
            found = _OUTSIDE.search(buffer, at)
            if found is None:
                break
            if found[0].startswith(b"<item"):
                if found.start() > at:
                    yield buffer[at : found.start()], b""
                yield found[0], _OPENS
            else:
                yield buffer[at : found.end()], _CLOSES if found[0][1:2] == b"/" else b""
                closing = _ENDS.get(found[0][:3], b"")
            at = found.end()
        keep = max(at, len(buffer) - _OVERLAP)
        if keep > at:
            yield buffer[at:keep], b""
        return closing, buffer[keep:]


class _Piece:
    """The bytes of one piece, up to the limit."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.cut = False

    def add(self, data: bytes) -> None:
        self.cut = self.cut or self.size + len(data) > limits.MESSAGE_BYTES
        if not self.cut:
            self.size += len(data)
            self.parts.append(data)

    def starts_with(self, mark: bytes) -> bool:
        return b"".join(self.parts[:8])[:4_096].lstrip().startswith(mark)

    def close(self, end: int, *, is_head: bool = False, is_whole: bool = True) -> RawItem:
        return RawItem(b"".join(self.parts), end, is_head, is_whole, self.cut)
