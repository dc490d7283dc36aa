"""`forum serve` on a database that was filled before: real processes, and a log of their own."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
WORKERS: Final = 2
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers. Units: `ready` in seconds from its start."""

    port: int
    pid: int
    ready: float

    def url(self, path: str) -> str:
        """Return the full address of a page."""
        return f"http://{HOST}:{self.port}{path}"


def serve_command(data: Path, port: int) -> list[str]:
    """Return the command that serves a data directory with two web processes."""
    return [
        sys.executable, "-m", "forum.cli", "serve", "--dir", str(data), "--port", str(port),
        "--workers", str(WORKERS),
    ]  # fmt: skip


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    ready: str,
    environ: Mapping[str, str],
    *,
    log: Path | None = None,
) -> Iterator[Server]:
    """Run a server until the block ends; `ready` is the page that answers when it is.

    With `log` everything that it says goes there, otherwise its errors are shown.
    Errors: RuntimeError when it ends or does not answer within a minute.
    """
    began = time.monotonic()
    with open(log or os.devnull, "wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environ},
            stdout=output,
            stderr=output if log else None,
        )
    try:
        _wait_for(port, ready, process)
        yield Server(port, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_STOP_SECONDS)


def _wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=2)
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
            if status == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"{path} did not answer within {_START_SECONDS} s")
