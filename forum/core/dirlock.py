"""One server per data directory and role: a lock the kernel drops when its process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Literal

from forum.core.errors import ConfigError

Role = Literal["web", "worker"]
ROLES: Final[tuple[Role, ...]] = ("web", "worker")


class DirectoryLock:
    """Holds the files of some roles; they are closed on exec, and in forked children by `leave`."""

    def __init__(self, data_dir: Path, roles: Sequence[Role]) -> None:
        self.data_dir = data_dir
        self.roles = tuple(roles)
        self._files: list[int] = []
        try:
            for role in self.roles:
                self._files.append(_take(data_dir, role))
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Close this process's hold on the lock; the last one to do so drops it."""
        while self._files:
            os.close(self._files.pop())


@contextmanager
def hold_directory(data_dir: Path, roles: Sequence[Role] = ROLES) -> Iterator[DirectoryLock]:
    """Hold the locks of `roles` inside the block.

    Errors: raises ConfigError in one line when another process holds one of them, or when the
    directory cannot be written.
    """
    with ExitStack() as stack:
        lock = DirectoryLock(data_dir, roles)
        stack.callback(lock.leave)
        yield lock


def make_directory(data_dir: Path) -> None:
    """Create the data directory, readable by this user only.

    Errors: raises ConfigError when that is not possible.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / f".write-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            f"{data_dir}: not writable ({error.strerror}); choose another --dir or mend its rights"
        ) from None


def _take(data_dir: Path, role: str) -> int:
    path = data_dir / f"{role}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be opened ({error.strerror})") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise ConfigError(
            f"{data_dir}: another server uses this directory (process {owner}); "
            "stop it or choose another --dir"
        ) from None
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
    return handle
