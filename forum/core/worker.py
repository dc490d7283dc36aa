"""The worker process: jobs, consumers and schedules, each in a thread that outlives errors.

A thread that hangs or ends takes the process down; the supervisor starts a new one and leases
bring back what was running.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask

from forum.core.bell import Bell
from forum.core.config import Config
from forum.core.consumers import run_consumers
from forum.core.database import unit
from forum.core.heartbeat import EVERY, beat, stop_beating
from forum.core.runner import renew_leases, run_next, sweep_leases
from forum.core.schedules import enqueue_due

POLL_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 3_600.0
REST_SECONDS: Final = 30.0
# Who waits for SQLite's one writer looks again every tenth of a second, so a pause may not be less.
GAP_SECONDS: Final = 0.1

_log = logging.getLogger(__name__)


class Worker:
    """Runs until `stop()`; `run()` returns 0 after an orderly end and 1 when a thread was lost."""

    def __init__(self, app: Flask, bell: Bell) -> None:
        config: Config = app.config["FORUM"]
        self._app = app
        self._bell = bell
        self._redis_url = config.redis_url.get_secret_value()
        self._grace = float(config.request_timeout)
        self._stopping = threading.Event()
        self._news = threading.Condition()
        self._rung = 0
        self._chores_at = 0.0

    def run(self) -> int:
        """Start the threads and wait for the end."""
        self._bell.listen()
        steps: dict[str, Callable[[], object]] = {
            "consumers": self._feed_consumers,
            "chores": self._do_chores,
            **self._job_steps(),
        }
        threads = [
            threading.Thread(target=self._loop, args=(step,), name=name, daemon=True)
            for name, step in steps.items()
        ]
        threads.append(threading.Thread(target=self._listen, name="bell", daemon=True))
        for thread in threads:
            thread.start()
        while not self._stopping.wait(1.0):
            if not all(thread.is_alive() for thread in threads):
                _log.critical("a thread of the worker has ended; starting anew")
                return 1
        return self._wind_down(threads)

    def stop(self, *_signal: Any) -> None:
        """Let every thread end after what it is doing; also a signal handler."""
        self._stopping.set()

    def _wind_down(self, threads: list[threading.Thread]) -> int:
        self._wake()
        deadline = time.monotonic() + self._grace
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._bell.close()
        with self._app.app_context(), unit():
            stop_beating()
        return 0

    def _job_steps(self) -> dict[str, Callable[[], object]]:
        if self._redis_url:
            from forum.core.dispatching import Dispatching

            return {"dispatch": Dispatching(self._redis_url).step}
        return {
            "jobs": lambda: run_next(("default",)),
            "mail": lambda: run_next(("mail", "default")),
            "slow": lambda: run_next(("slow",)),
        }

    def _loop(self, step: Callable[[], object]) -> None:
        """Call `step` as long as it has work, else wait for the bell; rest after errors."""
        rest = 1.0
        with self._app.app_context():
            while not self._stopping.is_set():
                heard = self._rung
                try:
                    busy = bool(step())
                    rest = 1.0
                except Exception:
                    _log.exception("worker step failed")
                    self._stopping.wait(rest)
                    rest = min(rest * 2, REST_SECONDS)
                    continue
                if not busy:
                    self._wait(heard)

    def _wait(self, heard: int) -> None:
        with self._news:
            if self._rung == heard and not self._stopping.is_set():
                self._news.wait(POLL_SECONDS)

    def _wake(self) -> None:
        with self._news:
            self._rung += 1
            self._news.notify_all()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            if self._bell.wait(POLL_SECONDS):
                self._wake()

    def _feed_consumers(self) -> int:
        """Feed a batch, then let others write: a long backlog must not shut members out."""
        began = time.monotonic()
        passed = run_consumers()
        if passed:
            self._stopping.wait(min(GAP_SECONDS, time.monotonic() - began))
        return passed

    def _do_chores(self) -> bool:
        now = time.monotonic()
        if now < self._chores_at:
            self._stopping.wait(min(POLL_SECONDS, self._chores_at - now))
            return False
        self._chores_at = now + EVERY.total_seconds()
        with unit():
            beat("worker")
        enqueue_due()
        sweep_leases()
        if renew_leases() > STUCK_SECONDS:
            _log.critical("a job has been running for an hour; ending this worker")
            os._exit(70)
        return False


def run_worker(app: Flask, bell: Bell) -> int:
    """Be the worker process: stop in order on SIGTERM and SIGINT."""
    worker = Worker(app, bell)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    return worker.run()
