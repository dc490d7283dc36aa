"""What a clone holds, for tests that begin where an operator begins."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, list_tracked_files


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a clone would hold: tracked files, nothing that was built."""
    folder = tmp_path_factory.mktemp("clone")
    for path in list_tracked_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    (folder / "forum" / "themes").symlink_to("../themes")
    return folder
