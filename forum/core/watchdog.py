"""Ends a web worker that a request has kept busy for too long; the server starts another one.

A thread cannot be stopped from outside, a process can: the stuck request's line is in the log.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXIT_CODE: Final = 70

_log = logging.getLogger(__name__)


class Watchdog:
    """WSGI middleware that knows since when each thread has been at its request.

    `is_over` tells whether this process has no business any more: requests are finished first,
    then it ends by itself, in case the signal to end was not heard.
    """

    def __init__(
        self,
        app: WSGIApplication,
        seconds: float,
        *,
        is_over: Callable[[], bool] = lambda: False,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._is_over = is_over
        self._end = end
        self._busy: dict[int, tuple[float, str]] = {}

    def start(self) -> Watchdog:
        """Begin to watch; call it in the process that serves, after the fork."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        return self

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on and note when it began and ended, close included."""
        thread = threading.get_ident()
        # The path alone: query strings and bodies may hold what people typed.
        work = (
            time.monotonic(),
            f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}",
        )
        self._busy[thread] = work
        try:
            response = self._app(environ, start_response)
        except BaseException:
            self._end_of(thread, work)
            raise
        closing = ClosingIterator(response, [lambda: self._end_of(thread, work)])
        # A server whose client has gone may drop the response without closing it.
        weakref.finalize(closing, self._end_of, thread, work).atexit = False
        return closing

    def _end_of(self, thread: int, work: tuple[float, str]) -> None:
        if self._busy.get(thread) is work:
            del self._busy[thread]

    def find_stuck(self) -> tuple[int, str, float] | None:
        """Return thread, request and seconds of a request that is over its time, or None."""
        now = time.monotonic()
        for thread, (began, request) in list(self._busy.items()):
            if now - began > self._seconds:
                return thread, request, now - began
        return None

    def _watch(self) -> None:
        idle = 0
        while True:
            time.sleep(min(1.0, self._seconds / 4))
            stuck = self.find_stuck()
            if stuck is not None:
                self._bark(*stuck)
            # Found idle twice in a row: what was accepted a moment ago is answered first.
            idle = idle + 1 if self._is_over() and not self._busy else 0
            if idle > 1:
                self._end(0)

    def _bark(self, thread: int, request: str, seconds: float) -> None:
        frame: Any = sys._current_frames().get(thread)
        stack = traceback.extract_stack(frame)[-6:] if frame else []
        _log.critical(
            "request over its time; ending this web worker",
            extra={
                "request": request,
                "seconds": round(seconds, 1),
                "stack": [f"{f.filename}:{f.lineno} {f.name}" for f in stack],
            },
        )
        sys.stderr.flush()
        self._end(EXIT_CODE)
