"""Splits an mbox file into messages, one at a time, whatever its size.

Source: RFC 4155; mboxo and mboxrd quoting as Debian's mbox(5) describes them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from forum_crosspost import limits

_DAY: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_STRICT: Final = re.compile(
    rb"From .*" + _DAY + rb",? +(?:" + _MONTH + rb" +\d{1,2}|\d{1,2} +" + _MONTH + rb") .*\d\d:\d\d"
)
_LOOSE: Final = re.compile(rb"From \S.*\d:\d\d")
_HEADER: Final = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>From ")
_QUOTED: Final = re.compile(rb">+From ")
_LONGEST_SEPARATOR: Final = 1_000


@dataclass(frozen=True, slots=True)
class RawMail:
    """A message as it lies in the file; without `envelope` (the `From ` line) it is none.

    `end` is the offset behind it; `cut` tells that it was longer than we take.
    """

    envelope: bytes
    data: bytes
    end: int
    cut: bool = False


class Mbox:
    """An open file. `digest()` stands for everything up to the end of the last message given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def digest(self) -> str:
        """Return the hash of the file up to where reading stands."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[RawMail]:
        """Give the messages in the order of the file; what precedes the first is given too."""
        envelope, end = b"", 0
        parts = _Parts()
        for line, is_separator in self._mark_separators():
            if is_separator:
                if envelope or parts.holds_anything:
                    yield parts.to_mail(envelope, end)
                envelope, parts = line.rstrip(b"\r\n"), _Parts()
            else:
                parts.add(line)
            self._hash.update(line)
            end += len(line)
        if envelope or parts.holds_anything:
            yield parts.to_mail(envelope, end)

    def _mark_separators(self) -> Iterator[tuple[bytes, bool]]:
        """Tell for every line whether a message begins with it; it takes the next line to know."""
        starts, blank, first = True, True, True
        line = self._file.readline(limits.LINE_BYTES)
        while line:
            following = self._file.readline(limits.LINE_BYTES)
            is_separator = starts and _separates(line, following, after_blank=blank, first=first)
            yield line, is_separator
            blank = starts and not line.strip()
            first = first and blank
            starts = line.endswith(b"\n")
            line = following


class _Parts:
    """The lines of one message, up to the limit."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.size = 0
        self.holds_anything = False
        self.cut = False

    def add(self, line: bytes) -> None:
        self.holds_anything = self.holds_anything or bool(line.strip())
        self.cut = self.cut or self.size + len(line) > limits.MESSAGE_BYTES
        if self.cut:
            return
        self.size += len(line)
        self.lines.append(line[1:] if _QUOTED.match(line) else line)

    def to_mail(self, envelope: bytes, end: int) -> RawMail:
        return RawMail(envelope, b"".join(self.lines), end, self.cut)


def _separates(line: bytes, following: bytes, *, after_blank: bool, first: bool) -> bool:
    if not line.startswith(b"From ") or len(line) > _LONGEST_SEPARATOR:
        return False
    if first:
        return True
    strict = _STRICT.match(line) is not None
    # A line of prose that begins with "From " is not followed by a header.
    if _HEADER.match(following):
        return strict or (after_blank and _LOOSE.match(line) is not None)
    return strict and after_blank and not following.strip()


def read_head(path: Path) -> str:
    """Return a hash of how the file begins: which file an unfinished run was about."""
    with path.open("rb") as file:
        return hashlib.sha256(file.read(limits.HEAD_BYTES)).hexdigest()
