"""The bell: a commit wakes the worker at once. It carries nothing, and losing it loses nothing.

With Redis a publish, else a datagram to a socket in the data directory; the worker polls anyway.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any, Final, Protocol

from forum.core.config import Config

CHANNEL: Final = "chapterhouse:bell"
MUTE_SECONDS: Final = 5.0
_PATH_LIMIT: Final = 100  # bytes of a Unix socket's name that every system allows

_log = logging.getLogger(__name__)


class Bell(Protocol):
    """Rung by whoever commits, heard by one worker per process."""

    def ring(self) -> None:
        """Wake the workers; never raises and never waits."""

    def listen(self) -> None:
        """Begin to hear; called once by a worker before it waits."""

    def wait(self, seconds: float) -> bool:
        """Wait for the bell; return whether it rang."""

    def close(self) -> None:
        """Stop hearing."""


class SocketBell:
    """A Unix datagram socket beside the database: one host, no server needed."""

    def __init__(self, data_dir: Path) -> None:
        self._path = str(data_dir / "bell.sock")
        self._usable = hasattr(socket, "AF_UNIX") and len(os.fsencode(self._path)) <= _PATH_LIMIT
        self._heard: socket.socket | None = None

    def ring(self) -> None:
        """Send one byte to whoever listens."""
        if not self._usable:
            return
        with contextlib.suppress(OSError):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
                bell.setblocking(False)
                bell.sendto(b"!", self._path)

    def listen(self) -> None:
        """Take the socket over from a worker that is gone."""
        if not self._usable:
            return
        try:
            Path(self._path).unlink(missing_ok=True)
            heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            heard.bind(self._path)
        except OSError as error:
            _log.warning("no bell, polling instead", extra={"reason": str(error)})
            return
        Path(self._path).chmod(0o600)
        self._heard = heard

    def wait(self, seconds: float) -> bool:
        """Wait for a byte and take all that have come."""
        if self._heard is None:
            time.sleep(seconds)
            return False
        self._heard.settimeout(seconds)
        try:
            self._heard.recv(16)
            self._heard.setblocking(False)
            while True:
                self._heard.recv(16)
        except TimeoutError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close and remove the socket."""
        if self._heard is not None:
            self._heard.close()
            self._heard = None
            Path(self._path).unlink(missing_ok=True)


class RedisBell:
    """A Redis channel: any number of hosts. While Redis is away it stays silent."""

    def __init__(self, url: str) -> None:
        from redis import Redis

        self._redis: Any = Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._pubsub: Any = None
        self._mute_until = 0.0
        # The client breaks with errors of its own when closed under a publish that still waits.
        self._publishing = threading.Lock()

    def ring(self) -> None:
        """Publish, unless Redis has just been found missing or the bell is closed."""
        from redis import RedisError

        with self._publishing:
            if time.monotonic() < self._mute_until:
                return
            try:
                self._redis.publish(CHANNEL, b"!")
            except (RedisError, OSError):
                self._mute_until = time.monotonic() + MUTE_SECONDS

    def listen(self) -> None:
        """Subscribe at the next wait."""
        self._pubsub = None

    def wait(self, seconds: float) -> bool:
        """Wait for a message; subscribe anew after Redis was away."""
        from redis import RedisError

        try:
            if self._pubsub is None:
                self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
                self._pubsub.subscribe(CHANNEL)
            return self._pubsub.get_message(timeout=seconds) is not None
        except (RedisError, OSError):
            self._pubsub = None
            time.sleep(seconds)
            return False

    def close(self) -> None:
        """Unsubscribe and close the connections, after a ring that is on its way."""
        with self._publishing:
            self._mute_until = math.inf
            self._redis.close()


def make_bell(config: Config) -> Bell:
    """Return the bell that fits the configuration."""
    url = config.redis_url.get_secret_value()
    return RedisBell(url) if url else SocketBell(config.data_dir)
