"""Who a process is, and how it ends with its parent; supervising is in `forum.core.supervisor`."""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import socket
import sys
import threading
import time
from functools import cache
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_M_ARENA_MAX = -8


@cache
def _place() -> str:
    """Return what tells apart hosts and containers that number their processes on their own."""
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()[:60]}/{namespace}"


def process_name() -> str:
    """Return `host/namespace/pid`, the name under which this process beats and leases."""
    return f"{_place()}/{os.getpid()}"


def new_token() -> str:
    """Return a name for one lease of this process; `is_gone` can tell whether its owner lives."""
    return f"{process_name()}/{secrets.token_hex(6)}"


def is_gone(token: str) -> bool:
    """Tell whether the process that made `token` ran here and has ended.

    False for processes of other hosts: whether they live, only their lease can say.
    """
    place, _, rest = token.rpartition("/")[0].rpartition("/")
    if place != _place() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGTERM when `parent` ends, and end now if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
        return
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def share_one_heap() -> None:
    """Let the threads of this process and of its forks share one heap.

    Otherwise each keeps what its greatest page took; of Python's threads one runs at a time, so
    they do not wait for each other. Only glibc has more than one to begin with.
    Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
