"""Files that were handed in to be read by a job, and that are never shown or given out again.

They lie apart from pictures, so that nothing that serves those can ever serve one of these. What
they are is for those to find out who read them. After two weeks they are gone, read or not.
"""

from __future__ import annotations

import re
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from forum.core.config import current_config
from forum.core.errors import NotFound
from forum.core.files import whole_file

KEPT: Final = timedelta(days=14)
_CHUNK: Final = 64 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """The file is larger than who takes it wants."""


def keep_file(stream: BinaryIO, *, most: int) -> str:
    """Keep what is read from a stream, durably, and return the name it has from now on.

    Units: `most` in bytes.
    Errors: TooLarge; nothing is kept then.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name, size = secrets.token_hex(32), 0
    with whole_file(folder / name) as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge
            file.write(chunk)
    return name


def find_file(name: str) -> Path:
    """Return where a file lies, to be read. Errors: NotFound once it is gone."""
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound("no such file")
    return path


def drop_file(name: str) -> None:
    """Remove a file; one that is not there is no error."""
    if _NAME.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def forget_old_files() -> int:
    """Remove files that have lain too long, and what killed processes left; return how many."""
    folder, gone = _folder(), 0
    # By the clock of the files, not by ours: it is what their times were written with.
    oldest = time.time() - KEPT.total_seconds()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return current_config().data_dir / "quarantine"
