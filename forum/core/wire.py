"""One request over one connection to an address that was checked before, within one deadline.

Knows nothing of what is allowed: `forum.core.http` says where to and reads the answer.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any


class Deadline:
    """The moment by which everything has to be over, however slowly it drips."""

    def __init__(self, seconds: float) -> None:
        self.at = monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds are left. Errors: TimeoutError when none are."""
        left = self.at - monotonic()
        if left <= 0:
            raise TimeoutError("out of time")
        return left


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `address` is connected to, `host` is who has to answer there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def authority(self) -> str:
        """The host as the request names it."""
        usual = 443 if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


class _Stream(io.RawIOBase):
    """Reads of a socket, each allowed what is left of the time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline

    def readable(self) -> bool:
        """Say that this is to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what has come."""
        self.sock.settimeout(self.deadline.left())
        return self.sock.recv_into(buffer)


class _Socket:
    """As much of a socket as `http.client` uses, within the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the side that is read."""
        return io.BufferedReader(_Stream(self.sock, self.deadline))

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(data)

    def close(self) -> None:
        """Do nothing: the connection is closed by who opened it, once the answer is read."""


@cache
def default_tls() -> ssl.SSLContext:
    """Return what the system trusts; read once, when first needed."""
    return ssl.create_default_context()


class Connection:
    """One request and its answer; to be used in a `with`.

    Errors: OSError, ssl.SSLError and http.client.HTTPException, as they come.
    """

    def __init__(
        self, target: Target, deadline: Deadline, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.target = target
        self.deadline = deadline
        self.tls = tls or default_tls()
        self.sock: socket.socket | None = None

    def __enter__(self) -> Connection:
        target = self.target
        self.sock = socket.create_connection(
            (target.address, target.port), timeout=self.deadline.left()
        )
        if target.scheme == "https":
            self.sock.settimeout(self.deadline.left())
            # The name that was asked for has to be in the certificate, whatever the address.
            name = target.host.strip("[]")
            try:
                self.sock = self.tls.wrap_socket(self.sock, server_hostname=name)
            except BaseException:
                self.sock.close()
                raise
        return self

    def __exit__(self, *_error: object) -> None:
        if self.sock is not None:
            self.sock.close()

    def ask(self, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Send a GET and return the answer, its body unread."""
        assert self.sock is not None
        target = self.target
        wire = http.client.HTTPConnection(target.host, target.port)
        wire.sock = _Socket(self.sock, self.deadline)
        wire.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        wire.putheader("Host", target.authority)
        for name, value in headers.items():
            wire.putheader(name, value)
        wire.endheaders()
        return wire.getresponse()
