"""The web server with real processes: long requests end, running ones are finished, ports kept."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from forum.core.errors import ConfigError
from forum.core.webserver import is_listening, require_free_port
from forum.testing.services.postgres import free_port

PROGRAM = """
import os, sys, time
from forum.core.webserver import serve_web

def app(environ, start_response):
    seconds = environ["PATH_INFO"].strip("/")
    if seconds:
        time.sleep(float(seconds))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]

sys.exit(serve_web(lambda: app, "127.0.0.1", int(sys.argv[1]), workers=1, timeout=int(sys.argv[2])))
"""
# What a signal meets that comes in an unlucky moment: nobody.
DEAF = """
import signal
import granian._signals
from granian._granian import WorkerSignal

def be_deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return WorkerSignal()

granian._signals.set_sync_signals = be_deaf
"""
Start = Callable[..., tuple[subprocess.Popen[bytes], int]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(timeout: int, program: str = PROGRAM) -> tuple[subprocess.Popen[bytes], int]:
        port = free_port()
        command = [sys.executable, "-c", program, str(port), str(timeout)]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        deadline = time.monotonic() + 15
        while not is_listening("127.0.0.1", port):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return started[-1], port

    yield begin
    for process in started:
        process.kill()
        process.wait()


def get(port: int, path: str = "/") -> bytes:
    """Return the body, empty when the connection broke or nobody was there."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
            while chunk := connection.recv(4096):
                answer += chunk
    except OSError:
        return b""
    return answer.partition(b"\r\n\r\n")[2]


def test_a_request_over_its_time_ends_its_worker_and_another_takes_over(start: Start) -> None:
    server, port = start(timeout=1)
    before = get(port)
    began = time.monotonic()
    assert get(port, "/60") == b""
    assert time.monotonic() - began < 10
    after = b""
    while not after.isdigit():
        assert time.monotonic() - began < 20
        after = get(port)
    assert before.isdigit()
    assert before != after
    assert server.poll() is None


def test_a_request_in_flight_is_finished_before_the_end(start: Start) -> None:
    server, port = start(timeout=10)
    answers: list[bytes] = []
    thread = threading.Thread(target=lambda: answers.append(get(port, "/1.5")))
    thread.start()
    time.sleep(0.5)
    server.send_signal(signal.SIGTERM)
    thread.join()
    assert server.wait(10) == 0
    assert answers[0].isdigit()


def test_a_stop_right_after_the_start_is_heard(start: Start) -> None:
    server, _port = start(timeout=60)
    server.send_signal(signal.SIGTERM)
    began = time.monotonic()
    server.wait(30)
    assert time.monotonic() - began < 10


def test_a_worker_that_missed_the_signal_ends_when_it_is_idle(start: Start) -> None:
    server, port = start(timeout=60, program=DEAF + PROGRAM)
    answers: list[bytes] = []
    thread = threading.Thread(target=lambda: answers.append(get(port, "/1.5")))
    thread.start()
    time.sleep(0.5)
    server.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert server.wait(30) == 0
    assert time.monotonic() - began < 15
    thread.join()
    assert answers[0].isdigit()


def test_a_port_is_free_or_it_is_said_who_is_to_go(start: Start) -> None:
    require_free_port("127.0.0.1", free_port())
    _server, port = start(timeout=10)
    for host in ("127.0.0.1", "0.0.0.0"):
        with pytest.raises(ConfigError, match="Address already in use"):
            require_free_port(host, port)


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1"):
        require_free_port("192.0.2.1", free_port(), patience=0)
