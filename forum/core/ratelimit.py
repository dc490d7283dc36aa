"""Rate limits per action: how often one key (a member, a network address) may do a thing.

Counters live in Redis when there is one, else in a small SQLite file of their own beside the
database: all processes of a host share it, a rolled-back request still counts, and the write
lock of the main database is never taken for it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from functools import cache
from typing import Final

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from forum.core import clock
from forum.core.config import Config
from forum.core.errors import TooMany
from forum.core.ratelimit_file import FileStorage
from forum.core.services import service

# What a person can do by hand stays far below; what a script does at speed does not.
POLICIES: Final[Mapping[str, str]] = {
    # Many members share one network address; what guards a single account is the line below.
    "login.address": "100 per 5 minutes; 2000 per day",
    "login.account": "10 per 10 minutes; 50 per day",
    "register": "5 per hour; 20 per day",
    "register.network": "100 per hour; 500 per day",
    "password.reset": "3 per hour; 10 per day",
    "password.network": "100 per hour; 500 per day",
    "mail.change": "5 per day",
    "setup": "20 per hour",
    "post": "30 per minute; 600 per hour",
    "topic": "10 per minute; 100 per hour",
    "edit": "30 per minute; 300 per hour",
    "preview": "60 per minute",
    "suggest": "120 per minute",
    "reaction": "60 per minute",
    "search": "240 per minute",
    # A whole office or school may stand behind one address.
    "search.anonymous": "240 per minute",
    # Readers ask every few minutes; services ask for many members from one address.
    "feed": "600 per 5 minutes",
    "invite": "30 per hour; 100 per day",
    "apply": "20 per day",
    "report": "20 per hour",
    "upload": "30 per hour",
    # Other people's servers, asked for something at a member's wish.
    "fetch": "10 per minute; 100 per hour",
    "export": "3 per day",
    # Programs: a person's own few, and a whole office of them behind one address.
    "api.token": "300 per minute",
    "api.address": "900 per minute",
}

_log = logging.getLogger(__name__)


class RateLimiter:
    """The counters of one app."""

    def __init__(self, config: Config) -> None:
        self._salt = config.secret_key.get_secret_value().encode()[:64]
        self._policies = dict(POLICIES)
        self._local = FixedWindowRateLimiter(FileStorage(config.data_dir / "limits.db"))
        url = config.redis_url.get_secret_value()
        self._shared = FixedWindowRateLimiter(_redis(url)) if url else None

    def register(self, action: str, policy: str) -> None:
        """Add the policy of a plugin's action, such as `5 per minute; 60 per hour`.

        Errors: raises ValueError when it cannot be read or the action is taken.
        """
        if action in self._policies:
            raise ValueError(f"a limit named {action} is already registered")
        parse_many(policy)
        self._policies[action] = policy

    def hit(self, action: str, key: str, *, cost: int = 1) -> None:
        """Count one use. Errors: raises TooMany with the seconds to wait."""
        name = self._hash(key)
        for item in _parse(self._policies[action]):
            wait = self._count(item, action, name, cost)
            if wait is not None:
                raise TooMany(retry_after=wait)

    def forget(self, action: str, key: str) -> None:
        """Start counting anew, after a success that proves good intent."""
        name = self._hash(key)
        for item in _parse(self._policies[action]):
            for limiter in (self._shared, self._local):
                if limiter is not None:
                    _quietly_clear(limiter.storage, item.key_for(action, name))

    def reset(self) -> None:
        """Forget every counter of this host; tests begin with it."""
        self._local.storage.reset()

    def _hash(self, key: str) -> str:
        # Neither addresses nor names of members at rest in a counter.
        return hashlib.blake2b(key.encode(), key=self._salt, digest_size=12).hexdigest()

    def _count(self, item: RateLimitItem, action: str, name: str, cost: int) -> int | None:
        if self._shared is not None:
            try:
                return _use(self._shared, item, action, name, cost)
            except StorageError:
                _log.warning("Redis is away; this host counts on its own")
        return _use(self._local, item, action, name, cost)


def hit(action: str, key: str, *, cost: int = 1) -> None:
    """Count one use of `action` by `key` (`user:7`, `ip:…`).

    Errors: raises TooMany with the seconds to wait; KeyError for an action without a policy.
    Cost: one small statement per window, outside the caller's transaction.
    """
    limiter: RateLimiter = service("limiter")
    limiter.hit(action, key, cost=cost)


def forget(action: str, key: str) -> None:
    """Start counting `action` by `key` anew."""
    limiter: RateLimiter = service("limiter")
    limiter.forget(action, key)


def _use(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, action: str, name: str, cost: int
) -> int | None:
    """Count, and return the seconds to wait when that was too many."""
    if limiter.hit(item, action, name, cost=cost):
        return None
    reset = limiter.get_window_stats(item, action, name).reset_time
    return max(1, round(reset - clock.now().timestamp()))


@cache
def _parse(policy: str) -> list[RateLimitItem]:
    return parse_many(policy)


def _redis(url: str) -> Storage:
    return RedisStorage(
        url,
        wrap_exceptions=True,
        key_prefix="chapterhouse:limit",
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
    )


def _quietly_clear(storage: Storage, key: str) -> None:
    try:
        storage.clear(key)
    except StorageError:
        _log.warning("a rate limit could not be cleared")
