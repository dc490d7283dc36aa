"""Files that members upload, named by their content; local now, the port fits object storage too.

Knows bytes and names only: what may be uploaded and who may see it is decided by the features.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final, Protocol

from forum.core.errors import NotFound
from forum.core.files import whole_file
from forum.core.services import service

_NAME: Final = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


class Storage(Protocol):
    """Where uploads are kept. Names come from `put` alone."""

    def put(self, data: bytes, *, kind: str) -> str:
        """Keep `data` durably and return its name; the same bytes have the same name."""

    def get(self, name: str) -> bytes:
        """Return the bytes. Errors: raises NotFound."""

    def delete(self, name: str) -> None:
        """Remove the file; one that is not there is no error."""

    def has(self, name: str) -> bool:
        """Tell whether the file is there."""


class LocalStorage:
    """Files under one directory that only this user may read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes, *, kind: str) -> str:
        """Write the whole file or none."""
        name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
        target = self._path(name)
        if target.exists():
            return name
        for folder in (self._root, target.parent.parent, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        with whole_file(target) as file:
            file.write(data)
        return name

    def get(self, name: str) -> bytes:
        """Read the whole file; uploads are capped, so it fits in memory."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotFound("no such file") from None

    def delete(self, name: str) -> None:
        """Remove the file."""
        self._path(name).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Tell whether the file is there."""
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFound("no such file")
        return self._root / name[:2] / name[2:4] / name


def storage() -> Storage:
    """Return the storage of the running app."""
    found: Storage = service("storage")
    return found
