"""Starts the real thing, as an operator does: `forum serve` on a database full of data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WORKERS = 2


@contextmanager
def running(command: list[str], ready_url: str, **environ: str) -> Iterator[float]:
    """Run a server until the block ends; give the seconds it took to answer."""
    began = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **environ}, stderr=subprocess.DEVNULL)
    try:
        wait_for(ready_url, process)
        yield time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[Any], seconds: float = 60) -> None:
    """Wait until the address answers 200.

    Errors: RuntimeError when the server ends or does not answer in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer within {seconds} s")


def serve_command(data: Path, port: int) -> list[str]:
    """Return the command that serves a data directory."""
    return [
        sys.executable, "-m", "forum.cli", "serve", "--dir", str(data), "--port", str(port),
        "--workers", str(WORKERS),
    ]  # fmt: skip


def fetch(url: str, cookie: str = "") -> bytes:
    """Return the body of a page, uncompressed."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        body: bytes = answer.read()
        return body


def list_worker_memory(port: int) -> list[int]:
    """Return the resident memory of the web workers in MB, from /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--port\0{port}".encode() in command and "granian" in text.lower() + "granian":
            size = re.search(r"VmRSS:\s+(\d+) kB", text)
            if size:
                found.append(int(size[1]) // 1024)
    return sorted(found)
