"""When a feed is fetched next: what happened and what the server asks for, as pure functions."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

LEAST: Final = timedelta(minutes=5)
MOST: Final = timedelta(hours=24)
FIRST: Final = timedelta(hours=1)
PAUSE_AFTER: Final = 20
"""So many failures in a row, over days by then, pause a source."""
MOVES: Final = 3
"""A new address is believed when it was told so many times in a row."""


def bound(span: timedelta) -> timedelta:
    """Return a span between the shortest and the longest."""
    return min(max(span, LEAST), MOST)


def pace(every: timedelta, *, has_news: bool) -> timedelta:
    """Return how long to wait from now on: half as long after news, longer without."""
    return bound(every / 2 if has_news else every * 1.5)


def wait(every: timedelta, *asked: timedelta | None) -> timedelta:
    """Return how long to wait this time: never less than anybody asked for, a day at most."""
    return bound(max([every, *(one for one in asked if one is not None)]))


def back_off(fails: int, asked: timedelta | None, *, jitter: float | None = None) -> timedelta:
    """Return how long to leave what has failed alone; twice as long each time.

    The jitter keeps feeds of one host that failed together from coming back together.
    """
    if jitter is None:
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 – no secret
    doubled = LEAST * (2 ** min(max(fails - 1, 0), 12))
    return bound(max(min(doubled, MOST) * jitter, asked or timedelta(0)))
