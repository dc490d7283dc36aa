"""Files that are there whole or not at all, after a kill and a power cut too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write, for this user alone, that becomes `target` when the block ends well.

    What has that name already is replaced. Whatever the block raises, the target stays as it was;
    a kill leaves a draft beside it whose name begins with a dot.
    Cost: waits for the disk.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
