"""Tombstones: hashes that say nothing, read back as they were written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from forum.accounts.tombstones import (
    FILE,
    Tombstone,
    append_tombstone,
    hash_person,
    read_tombstones,
    write_tombstones,
)
from forum.core.errors import Invalid

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
STONE = Tombstone(hash_person(7, AT), "delete", AT.isoformat())


def test_a_person_is_known_by_id_and_beginning() -> None:
    assert hash_person(7, AT) == hash_person(7, AT.astimezone(timezone(timedelta(hours=2))))
    others = {hash_person(8, AT), hash_person(7, AT + timedelta(microseconds=1))}
    assert hash_person(7, AT) not in others


def test_files_grow_and_are_read_back(tmp_path: Path) -> None:
    second = Tombstone(hash_person(8, AT), "keep", AT.isoformat())
    for stone in (STONE, second):
        append_tombstone(tmp_path, stone)
    text = (tmp_path / FILE).read_text("utf-8")
    assert [*read_tombstones(text)] == [STONE, second]
    assert text == write_tombstones([STONE, second])


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        "{}",
        '{"person": "kurz", "texts": "keep", "erased_at": ""}',
        '{"person": "%s", "texts": "all", "erased_at": ""}' % ("a" * 64),
        '{"person": "%s", "texts": "keep", "erased_at": 1}' % ("a" * 64),
    ],
)
def test_what_is_no_tombstone_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(Invalid, match="line 3 is no tombstone"):
        [*read_tombstones(write_tombstones([STONE]) + "\n" + line)]
