"""Starts the real thing, as an operator does: `forum serve` on a database full of data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WORKERS: Final = 2
HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers. Units: `ready` in seconds from its start."""

    port: int
    pid: int
    ready: float

    def url(self, path: str) -> str:
        """Return the full address of a page."""
        return f"http://{HOST}:{self.port}{path}"

    def list_worker_memory(self) -> list[float]:
        """Return the resident memory of the web workers: children of a child of the supervisor.

        Units: MB.
        """
        below = _list_children()
        workers = [two for one in below.get(self.pid, ()) for two in below.get(one, ())]
        return sorted(_read_memory(pid) for pid in workers)


@contextmanager
def running(
    command: Sequence[str], port: int, ready: str, environ: dict[str, str]
) -> Iterator[Server]:
    """Run a server until the block ends."""
    began = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://{HOST}:{port}{ready}", process)
        yield Server(port, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def serve_command(data: Path, port: int) -> list[str]:
    """Return the command that serves a data directory."""
    return [
        sys.executable, "-m", "forum.cli", "serve", "--dir", str(data), "--port", str(port),
        "--workers", str(WORKERS),
    ]  # fmt: skip


def floor_command(url: str, port: int) -> list[str]:
    """Return the command that serves the floors with as many workers and threads."""
    return [sys.executable, "-m", "benchmarks.floors", url, str(port), str(WORKERS)]


def browse(url: str, cookie: str) -> str:
    """Return the cookies a browser sends after it has shown a page: those it had, those it got."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:
        given = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    return "; ".join([cookie, *given])


def fetch(url: str, cookie: str = "") -> tuple[str, bytes]:
    """Return the address that answered after redirects, and the body of the page.

    Errors: HTTPError for anything but a page.
    """
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
        return answer.url, body


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"{url} did not answer within {seconds} s")


def _list_children() -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        below.setdefault(parent, []).append(int(stat.parent.name))
    return below


def _read_memory(pid: int) -> float:
    size = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(size[1]) / 1024 if size else 0.0
