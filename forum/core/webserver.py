"""The web server: granian's processes around our WSGI app, with what granian leaves to us.

It shares a taken port in silence, outlives a killed parent, gives up after two crashes in a row,
lets a request run for ever and may miss a signal to stop; here all five are mended.
"""

from __future__ import annotations

import logging
import mmap
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from forum.core.errors import ConfigError
from forum.core.processes import die_with_parent, share_one_heap
from forum.core.watchdog import Watchdog

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS: Final = 4
BACKLOG: Final = 1024
CRASH_SECONDS: Final = 2.0
CRASH_WAIT_MAX: Final = 5.0

_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT})

_log = logging.getLogger(__name__)


def require_free_port(host: str, port: int, *, patience: float = 2.0) -> None:
    """Bind the port as a test; a server that has just been killed has a moment to let go.

    Errors: raises ConfigError in one line when somebody listens there or the address is not ours.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            _bind(host, port)
        except OSError as error:
            if time.monotonic() < deadline and not _is_answered(host, port):
                time.sleep(0.1)
                continue
            raise ConfigError(
                f"{host}:{port}: {error.strerror or error}; choose another --port or --host, "
                "or stop what listens there"
            ) from None
        return


def is_listening(host: str, port: int) -> bool:
    """Tell whether somebody accepts connections there."""
    return _is_answered(_reachable(host), port)


def serve_web(
    make_wsgi: Callable[[], WSGIApplication],
    host: str,
    port: int,
    *,
    workers: int,
    timeout: int,
) -> int:
    """Serve until SIGTERM; `make_wsgi` is called in every worker process after the fork.

    Units: `timeout` in seconds; a request that takes longer ends its worker.
    """
    share_one_heap()
    main = os.getpid()
    stopped = mmap.mmap(-1, 1)  # one byte that all processes of this server share

    def load() -> WSGIApplication:
        for number in _STOP:
            signal.signal(number, signal.SIG_DFL)  # until granian has its own handlers here
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)
        die_with_parent(main)
        return Watchdog(make_wsgi(), timeout, is_over=lambda: _is_over(main, stopped)).start()

    server = _Server(
        "chapterhouse",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        websockets=False,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=timeout,
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
    )
    server.stopped = stopped
    server.serve(target_loader=load, wrap_loader=False)
    return 0


class _Server(MPServer):
    """Granian that starts crashed workers again however often and hears every signal to stop."""

    stopped: mmap.mmap
    crashes = 0
    crashed_at = 0.0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.main_loop_interrupt = _Bell(lambda: self.interrupt_signal)

    def _stop_workers(self) -> None:
        self.stopped[0] = 1
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        with _held_back(_STOP):
            super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]

    def _respawn_workers(
        self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0.0
    ) -> None:
        now = time.monotonic()
        self.crashes = self.crashes + 1 if now - self.crashed_at < CRASH_SECONDS else 0
        self.crashed_at = now
        wait = min(0.1 * 2**self.crashes, CRASH_WAIT_MAX) if self.crashes > 1 else 0.0
        _log.error(
            "web worker ended, starting it again",
            extra={"workers": [index + 1 for index in workers], "wait_seconds": wait},
        )
        time.sleep(wait)
        with _held_back(_STOP):
            super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self.respawned_wrks.clear()  # else a second crash within 5.5 s ends the server


class _Bell(threading.Event):
    """Wakes granian's main loop, without a lock.

    A signal handler that sets an ordinary event just when the main thread begins to wait for it
    waits for ever itself: the lock is held by the thread it interrupts. And what is cleared after
    the signal came is lost, so a stop that was asked for counts as ringing.
    """

    def __init__(self, is_over: Callable[[], bool]) -> None:
        super().__init__()
        self._is_over = is_over
        self._rung = False

    def set(self) -> None:
        self._rung = True

    def clear(self) -> None:
        self._rung = False

    def wait(self, timeout: float | None = None) -> bool:
        while not (self._rung or self._is_over()):
            time.sleep(0.1)
        return True


def _is_over(main: int, stopped: mmap.mmap) -> bool:
    """Tell a worker whether its server has gone or wants it to go."""
    return os.getppid() != main or stopped[0] == 1


@contextmanager
def _held_back(numbers: Set[signal.Signals]) -> Iterator[None]:
    """Hold signals back while a worker is forked: its parent's handlers would swallow them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Not SO_REUSEPORT: with it a second server would share the port unnoticed.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _is_answered(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=0.5):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
