"""Tombstones: how a site that was put back from a backup knows whom it has to erase again.

They lie beside the database too, in a file: a backup of the database is older than they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from forum.core.errors import Invalid
from forum.plugin.types import Texts

FILE: Final = "erasures.ndjson"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Whom: a hash that says nothing without the row it was made of. What: fate of the texts."""

    person: str
    texts: Texts
    erased_at: str


def hash_person(user_id: int, created_at: datetime) -> str:
    """Return what tells a person from whoever gets the same id in an older or other database.

    Nothing personal goes in: with the name it would be a riddle to solve, without it stays none.
    """
    moment = created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"erased\0{user_id}\0{moment}".encode()).hexdigest()


def append_tombstone(directory: Path, stone: Tombstone) -> None:
    """Write one line at the end of the file of a data directory."""
    with (directory / FILE).open("a", encoding="utf-8") as file:
        file.write(write_tombstones([stone]))


def write_tombstones(stones: Iterable[Tombstone]) -> str:
    """Return tombstones as a file holds them, a line of JSON each."""
    return "".join(json.dumps(asdict(stone)) + "\n" for stone in stones)


def read_tombstones(text: str) -> Iterator[Tombstone]:
    """Read what `write_tombstones` wrote.

    Errors: Invalid naming the line that is none.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _read(line, number)


def _read(line: str, number: int) -> Tombstone:
    try:
        found = json.loads(line)
        person, texts, at = found["person"], found["texts"], found["erased_at"]
    except (ValueError, KeyError, TypeError):
        raise Invalid("", f"line {number} is no tombstone") from None
    fits = isinstance(person, str) and len(person) == 64 and isinstance(at, str)
    if not fits or texts not in ("keep", "delete"):
        raise Invalid("", f"line {number} is no tombstone")
    return Tombstone(person, cast(Texts, texts), at)
