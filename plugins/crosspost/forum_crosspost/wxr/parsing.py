"""The elements of one item, or of what precedes the first: names and texts, nothing resolved.

Document types are cut out and reported before; entities of theirs are unknown then, so that
nothing expands and nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from forum_crosspost import limits

_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
_GROUPS: Final = ("wp:comment", "wp:author")


@dataclass(slots=True)
class Parsed:
    """Texts by element; `groups` holds those of the elements that come more than once."""

    texts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def cut_doctype(text: str) -> tuple[str, bool]:
    """Return a text without document types, and whether there was one."""
    shorter = _DOCTYPE.sub("", text)
    return shorter, shorter != text


def parse(text: str, *, is_whole: bool) -> Parsed:
    """Return what stands in the outermost elements of an item, or in a channel that goes on.

    Errors: ExpatError where it is not well formed, ValueError for a document type.
    """
    reader = _Reader(level=1 if is_whole else 2)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.read
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(text, is_whole)
    return reader.parsed


def _refuse(*_arguments: Any) -> None:
    raise ValueError("a document type")


class _Reader:
    """Gathers texts at one level below the item or the channel, and one below its groups."""

    def __init__(self, *, level: int) -> None:
        self.parsed = Parsed()
        self.level = level
        self.depth = 0
        self.group: dict[str, str] | None = None
        self.parts: list[str] | None = None
        self.size = 0

    def start(self, name: str, _attributes: Any) -> None:
        self.depth += 1
        if self.depth == self.level + 1 and name in _GROUPS:
            self.group = {}
            self.parsed.groups.setdefault(name, []).append(self.group)
        elif self._is_text():
            self.parts, self.size = [], 0

    def read(self, data: str) -> None:
        if self.parts is not None and self.size < limits.HTML_CHARS:
            self.parts.append(data[: limits.HTML_CHARS - self.size])
            self.size += len(data)

    def end(self, name: str) -> None:
        if self.parts is not None and self._is_text():
            target = self.parsed.texts if self.group is None else self.group
            target.setdefault(name, "".join(self.parts))
            self.parts = None
        if self.depth == self.level + 1:
            self.group = None
        self.depth -= 1

    def _is_text(self) -> bool:
        return self.depth == self.level + (1 if self.group is None else 2)
