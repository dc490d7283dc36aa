"""The watchdog: it knows what is stuck, and for how long a request counts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from forum.core.watchdog import EXIT_CODE, Watchdog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ENVIRON: Any = {"REQUEST_METHOD": "GET", "PATH_INFO": "/t/1", "QUERY_STRING": "q=secret"}


def answer(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
    return [b"hello"]


def test_a_request_counts_until_its_response_is_closed() -> None:
    dog = Watchdog(answer, 0.0)
    response: Any = dog(ENVIRON, lambda *_: lambda _data: None)
    assert b"".join(response) == b"hello"
    stuck = dog.find_stuck()
    assert stuck is not None
    assert stuck[:2] == (threading.get_ident(), "GET /t/1")
    response.close()
    assert dog.find_stuck() is None


def test_a_response_that_is_dropped_without_being_closed_is_over() -> None:
    dog = Watchdog(answer, 0.0)
    response: Any = dog(ENVIRON, lambda *_: lambda _data: None)
    assert dog.find_stuck() is not None
    del response
    assert dog.find_stuck() is None


def test_a_request_that_raises_is_over() -> None:
    def fail(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        raise LookupError

    dog = Watchdog(fail, 0.0)
    with contextlib.suppress(LookupError):
        dog(ENVIRON, lambda *_: lambda _data: None)
    assert dog.find_stuck() is None


def test_a_request_within_its_time_is_left_alone() -> None:
    dog = Watchdog(answer, 60.0)
    dog(ENVIRON, lambda *_: lambda _data: None)
    assert dog.find_stuck() is None


def test_a_stuck_request_ends_the_process() -> None:
    ended: list[int] = []
    go = threading.Event()

    def hang(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        go.wait(10)
        return []

    def end(code: int) -> None:
        ended.append(code)
        go.set()

    dog = Watchdog(hang, 0.2, end=end).start()
    began = time.monotonic()
    dog(ENVIRON, lambda *_: lambda _data: None).close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 5
    assert EXIT_CODE in ended


def test_a_process_without_business_ends_when_it_is_idle() -> None:
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    dog = Watchdog(answer, 0.4, is_over=lambda: True, end=end)
    response: Any = dog(ENVIRON, lambda *_: lambda _data: None)
    dog.start()
    assert not ended.wait(0.2)
    response.close()
    assert ended.wait(5)
    assert codes[0] == 0
