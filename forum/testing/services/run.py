"""One test run: its directory and the servers that end with it.

The first process begins the run; worker processes of pytest-xdist find it in the environment.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "CHAPTERHOUSE_TEST_RUN"


@dataclass(frozen=True)
class Run:
    """The directory of a run and the process whose end is the run's end."""

    directory: Path
    owner: int

    def spawn(
        self, name: str, command: Sequence[str], *, user: str | None, stop: signal.Signals
    ) -> None:
        """Start a server that gets the signal `stop` when the run ends or its owner dies."""
        guard = [sys.executable, "-m", "forum.testing.services.guard"]
        arguments = [str(self.owner), str(self.directory), str(stop.value), user or "-", *command]
        log = os.open(self.directory / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        files: list[Any] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        files += [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
        # No Popen: it complains about a child that outlives this process, as a guard may.
        pid = os.posix_spawn(
            sys.executable, [*guard, *arguments], os.environ, file_actions=files, setsid=True
        )
        os.close(log)
        (self.directory / f"{name}.guard").write_text(str(pid))

    def read_log(self, name: str) -> str:
        """Return what the server `name` has printed."""
        return (self.directory / f"{name}.log").read_text("utf-8", "replace")


def begin_run() -> Run:
    """Begin a run owned by this process and announce it to child processes."""
    directory = Path(tempfile.mkdtemp(prefix="chapterhouse-test-"))
    directory.chmod(0o711)  # an unprivileged server must reach its own folder below
    run = Run(directory, os.getpid())
    (directory / "owner").write_text(str(run.owner))
    os.environ[VARIABLE] = str(directory)
    return run


def find_run() -> Run | None:
    """Return the run that a parent process has begun, or None."""
    directory = os.environ.get(VARIABLE)
    if not directory or not Path(directory, "owner").exists():
        return None
    return Run(Path(directory), int(Path(directory, "owner").read_text()))


def end_run(run: Run) -> None:
    """Stop every server of the run, wait for them, remove the directory."""
    guards = [int(path.read_text()) for path in run.directory.glob("*.guard")]
    for pid in guards:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 15
    while any(map(is_alive, guards)) and time.monotonic() < deadline:
        for pid in guards:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # our own children stay visible until they are reaped
        time.sleep(0.02)
    shutil.rmtree(run.directory, ignore_errors=True)
    os.environ.pop(VARIABLE, None)


def is_alive(pid: int) -> bool:
    """Tell whether the process still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def find_unprivileged_user(*names: str) -> str | None:
    """Return the user that servers run as which refuse root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in (*names, "nobody") if name in known)
