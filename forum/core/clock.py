"""The one source of time: aware UTC, and frozen in tests and in the demo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen: datetime | None = None


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return _frozen or datetime.now(UTC)


def frozen_at() -> datetime | None:
    """Return the moment at which the clock stands, None when it goes on."""
    return _frozen


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) inside the block; process wide, for tests and demo."""
    global _frozen
    if moment.tzinfo is None:
        raise ValueError("freeze() wants an aware datetime")
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
