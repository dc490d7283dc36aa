"""A server of its own for each test that asks, stopped at the end whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from forum.testing.services.postgres import free_port


def clean_environment(**settings: str) -> dict[str, str]:
    """Return the environment without settings of the machine, with those of the test."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FORUM_")}
    return {**kept, **{f"FORUM_{key.upper()}": value for key, value in settings.items()}}


def run_forum(
    *arguments: object, stdin: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "forum.cli", *map(str, arguments)]
    return subprocess.run(
        command,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        input=stdin,
        check=False,
    )


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def list_descendants(pid: int) -> dict[int, int]:
    """Return pid → parent of every process below `pid`."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            parents[int(entry.parent.name)] = int(fields[1])
    found: dict[int, int] = {}
    fresh = {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh}
        found |= {child: parents[child] for child in fresh}
    return found


def is_alive(pid: int) -> bool:
    """Tell whether the process runs and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@dataclass
class Server:
    """A running `forum serve`."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    pids: set[int] = field(default_factory=set)

    def answers(self) -> bool:
        """Whether somebody accepts connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=0.5):
                return True
        except OSError:
            return False

    def get(self, path: str = "/healthz") -> int:
        """Return the status of a page, 0 when nobody answers."""
        request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.sendall(request)
                answer = connection.recv(200)
        except OSError:
            return 0
        return int(answer.split()[1]) if answer.startswith(b"HTTP/1") else 0

    def children(self) -> list[int]:
        """The direct children: web first, then worker and rq."""
        mine = self.process.pid
        return sorted(c for c, parent in list_descendants(mine).items() if parent == mine)

    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        web = self.children()[0]
        return sorted(
            c for c, parent in list_descendants(self.process.pid).items() if parent == web
        )

    def kill(self) -> None:
        """End everything at once, as far as it still runs."""
        pids = {self.process.pid, *list_descendants(self.process.pid), *self.pids}
        for pid in pids:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


Serve = Callable[..., Server]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers and return when they are ready."""
    servers: list[Server] = []

    def start(
        data_dir: Path, *arguments: str, port: int = 0, ready: bool = True, **settings: str
    ) -> Server:
        port = port or free_port()
        log = tmp_path / f"server-{len(servers)}.log"
        command = [sys.executable, "-m", "forum.cli", "serve", "--dir", str(data_dir)]
        command += ["--port", str(port), *arguments]
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                env=clean_environment(**settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        server = Server(process, port, log)
        servers.append(server)
        if ready:
            wait_for(lambda: server.answers() or process.poll() is not None)
            assert process.poll() is None, log.read_text()
        return server

    yield start
    for server in servers:
        server.kill()


@pytest.fixture
def kept_socket() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
