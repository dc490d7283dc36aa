"""Storage: named by content, private, whole or not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from forum.core.errors import NotFound
from forum.core.storage import LocalStorage


def test_bytes_come_back_under_the_name_of_their_content(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path / "uploads")
    name = store.put(b"picture", kind="webp")
    assert name == hashlib.sha256(b"picture").hexdigest() + ".webp"
    assert store.put(b"picture", kind="webp") == name
    assert store.get(name) == b"picture"
    assert store.has(name)


def test_only_this_user_may_look(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path / "uploads")
    store.put(b"picture", kind="webp")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "uploads").rglob("*.webp")}
    folders = [p for p in (tmp_path / "uploads").rglob("*") if p.is_dir()]
    assert modes == {0o600}
    assert {path.stat().st_mode & 0o777 for path in [tmp_path / "uploads", *folders]} == {0o700}


def test_what_is_deleted_is_gone(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path / "uploads")
    name = store.put(b"picture", kind="webp")
    store.delete(name)
    store.delete(name)
    assert not store.has(name)
    with pytest.raises(NotFound):
        store.get(name)


@pytest.mark.parametrize(
    "name", ["", "../secret.key", "a.webp", "/etc/passwd", "0" * 64, "0" * 64 + ".we/bp", "A" * 64]
)
def test_no_other_name_leads_anywhere(tmp_path: Path, name: str) -> None:
    store = LocalStorage(tmp_path)
    for use in (store.get, store.has, store.delete):
        with pytest.raises(NotFound):
            use(name)


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path / "uploads")
    with pytest.raises(TypeError):
        store.put("not bytes", kind="webp")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        store.put(b"x", kind="../x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
