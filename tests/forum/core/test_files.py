"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.core.files import whole_file


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    target.write_bytes(b"before")
    with pytest.raises(ZeroDivisionError), whole_file(target) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert target.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [target]


def test_it_appears_at_the_end_for_this_user_alone(tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    with whole_file(target) as file:
        file.write(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == [target]
