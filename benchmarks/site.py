"""What the benchmarks ask of a running server, and of the machine that it runs on."""

from __future__ import annotations

import re
import sys
import urllib.request
from pathlib import Path

from forum.testing.services.server import WORKERS, Server


def list_worker_memory(server: Server) -> list[float]:
    """Return the resident memory of the web workers: children of a child of the supervisor.

    Units: MB.
    """
    below = _list_children()
    workers = [two for one in below.get(server.pid, ()) for two in below.get(one, ())]
    return sorted(_read_memory(pid) for pid in workers)


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
