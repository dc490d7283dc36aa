"""A web server on the loopback, in this process, that answers what a test told it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

HOST: Final = "127.0.0.1"
PATIENCE: Final = 15.0
"""Seconds before a gate that is never opened lets everybody in: below the fetch's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent: `pieces` one after the other, `pause` seconds apart, for ever if `endless`.

    Without a `Content-Length` of one's own the body ends with the connection. Before a `gate`
    whoever asks waits until it is set.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[bytes, ...] = ()
    pause: float = 0.0
    endless: bool = False
    gate: threading.Event | None = None


@dataclass
class Web:
    """The server's pages by path, and the headers it was asked with."""

    port: int
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The server as `FORUM_FETCH_HOSTS` names it."""
        return f"{HOST}:{self.port}"

    def url(self, path: str) -> str:
        """Return the full address of a page."""
        return f"http://{self.host}{path}"

    def put(self, path: str, *answers: Answer) -> str:
        """Answer so from now on, the last answer for all further requests; return the address."""
        self.answers[path] = list(answers)
        return self.url(path)

    def serve(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> str:
        """Answer with a body; `headers` with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.put(path, Answer(status=status, body=body, headers=named))

    def find(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Return the next answer for a path; 304 for who knows its ETag already."""
        waiting = self.answers.get(path)
        if not waiting:
            return Answer(status=404)
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        tag = answer.headers.get("ETag")
        known = tag is not None and headers.get("If-None-Match") == tag
        return Answer(status=304, headers={"ETag": str(tag)}) if known else answer


@contextmanager
def serving() -> Iterator[Web]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer((HOST, 0), _Handler)
    server.daemon_threads = True
    web = Web(server.server_address[1])
    server.web = web  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer what was told for the path."""
        web: Web = self.server.web  # type: ignore[attr-defined]
        headers = dict(self.headers.items())
        web.asked.append((self.path, headers))
        answer = web.find(self.path, headers)
        if answer.gate is not None:
            answer.gate.wait(PATIENCE)
        with suppress(OSError):
            self._send(answer)
        self.close_connection = True

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        pieces = answer.pieces or (answer.body,)
        if not answer.pieces and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        while True:
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(answer.pause)
            if not answer.endless:
                return

    def log_message(self, *_arguments: Any) -> None:
        """Keep quiet."""
