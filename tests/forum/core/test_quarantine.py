"""Files that wait to be read: kept whole or not at all, found by name alone, gone in time."""

from __future__ import annotations

import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from forum.core.errors import NotFound
from forum.core.quarantine import KEPT, TooLarge, drop_file, find_file, forget_old_files, keep_file


def list_files(app: Flask) -> list[Path]:
    folder = Path(app.config["FORUM"].data_dir, "quarantine")
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_kept_found_and_dropped(app: Flask) -> None:
    with app.app_context():
        names = [keep_file(BytesIO(b"a" * 100_000), most=100_000) for _copy in range(2)]
        assert len(set(names)) == 2
        path = find_file(names[0])
        assert path.read_bytes() == b"a" * 100_000
        assert path.parent.stat().st_mode & 0o077 == 0
        for name in names:
            drop_file(name)
            drop_file(name)
        with pytest.raises(NotFound):
            find_file(names[0])
        assert list_files(app) == []


def test_too_large_is_not_kept(app: Flask) -> None:
    with app.app_context(), pytest.raises(TooLarge):
        keep_file(BytesIO(b"a" * 100_001), most=100_000)
    assert list_files(app) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64])
def test_names_lead_nowhere_else(app: Flask, name: str) -> None:
    with app.app_context():
        with pytest.raises(NotFound):
            find_file(name)
        drop_file(name)


def test_what_lay_too_long_is_gone(app: Flask) -> None:
    with app.app_context():
        old, new = keep_file(BytesIO(b"alt"), most=10), keep_file(BytesIO(b"neu"), most=10)
        long_ago = time.time() - KEPT.total_seconds() - 10
        os.utime(find_file(old), (long_ago, long_ago))
        assert forget_old_files() == 1
        assert [path.name for path in list_files(app)] == [new]
        drop_file(new)
