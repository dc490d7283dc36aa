"""The worker's side of rq: hand over what is due; while Redis is away, do the work oneself."""

from __future__ import annotations

import logging
import time
from typing import Final

from redis import RedisError

from forum.core.rq_transport import RedisTransport
from forum.core.runner import release_queued, run_next

RETRY_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class Dispatching:
    """Remembers whether Redis was there, so that the log says it once."""

    def __init__(self, url: str) -> None:
        self._transport = RedisTransport(url)
        self._away_since: float | None = None
        self._retry_at = 0.0

    def step(self) -> bool:
        """Do one round; return whether there was work."""
        if self._away_since is not None and time.monotonic() < self._retry_at:
            return run_next()
        try:
            sent = self._transport.dispatch()
        except (RedisError, OSError) as error:
            self._note_loss(error)
            return run_next()
        if self._away_since is not None:
            _log.warning("Redis is back")
            self._away_since = None
        return sent > 0

    def _note_loss(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + RETRY_SECONDS
        if self._away_since is None:
            _log.warning(
                "Redis is away; the worker runs the jobs itself until it is back",
                extra={"reason": type(error).__name__},
            )
            self._away_since = time.monotonic()
        release_queued()
