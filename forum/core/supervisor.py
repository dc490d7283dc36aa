"""Supervises child processes: start, restart with backoff, stop in order. Knows nothing of HTTP.

Children are forked, not executed: what is imported once is shared, so a killed child is back in
milliseconds. The supervisor therefore has no threads, no connections and no open files to share.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from forum.core.processes import die_with_parent

STEADY_SECONDS: Final = 5.0
BACKOFF_SECONDS: Final = 0.1
BACKOFF_MAX_SECONDS: Final = 10.0
TICK_SECONDS: Final = 0.2
_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_WATCHED: Final = _STOP | {signal.SIGCHLD}

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Child:
    """One child: `run` is its life and returns its exit code; `signal_` asks it to end in order."""

    name: str
    run: Callable[[], int]
    pid: int = 0
    began: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


class Supervisor:
    """Keeps children alive until it is told to stop.

    `on_fork` is called first in every child (give back locks). `on_tick` is called a few times a
    second (announce readiness). `grace`: seconds a child has to finish after SIGTERM.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        grace: float,
        on_fork: Callable[[], object] = lambda: None,
        on_tick: Callable[[], object] = lambda: None,
    ) -> None:
        self._children = list(children)
        self._grace = grace
        self._on_fork = on_fork
        self._on_tick = on_tick

    def run(self) -> int:
        """Start everything and return 0 after an orderly stop, 1 when a child had to be killed."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        try:
            while True:
                self._start_due()
                self._on_tick()
                received = signal.sigtimedwait(_WATCHED, TICK_SECONDS)
                self._reap()
                if received is not None and received.si_signo in _STOP:
                    return self._stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.pid and child.start_at <= now:
                self._start(child)

    def _start(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._live(child, parent)
        child.pid, child.began = pid, time.monotonic()

    def _live(self, child: Child, parent: int) -> None:
        code = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C reaches whole groups; only the supervisor may hear it
            for number in _WATCHED:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            die_with_parent(parent)
            self._on_fork()
            code = child.run()
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            _log.critical("process failed", exc_info=True, extra={"process_role": child.name})
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._note_death(child, os.waitstatus_to_exitcode(status))

    def _note_death(self, child: Child, code: int) -> None:
        now = time.monotonic()
        steady = now - child.began >= STEADY_SECONDS
        child.deaths = 1 if steady else child.deaths + 1
        wait = min(BACKOFF_SECONDS * 2 ** (child.deaths - 1), BACKOFF_MAX_SECONDS)
        child.pid, child.start_at = 0, now + wait
        _log.error(
            "process ended, starting it again",
            extra={"process_role": child.name, "exit_code": code, "wait_seconds": wait},
        )

    def _stop(self) -> int:
        """Ask, wait, insist; a second signal insists at once."""
        deadline = time.monotonic() + self._grace
        self._signal_all(signal.SIGTERM)
        while any(child.pid for child in self._children) and time.monotonic() < deadline:
            received = signal.sigtimedwait(_WATCHED, TICK_SECONDS)
            self._forget_ended()
            if received is not None and received.si_signo in _STOP:
                break
        late = [child.name for child in self._children if child.pid]
        if not late:
            return 0
        _log.error("processes did not end in time and were killed", extra={"roles": late})
        self._signal_all(signal.SIGKILL)
        for child in self._children:
            if child.pid:
                os.waitpid(child.pid, 0)
        return 1

    def _forget_ended(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.pid = 0

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, number)
