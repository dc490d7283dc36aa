"""Whether what happens now is told to anybody: imports and what follows from them are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_silent: ContextVar[bool] = ContextVar("forum_silent", default=False)


@contextmanager
def silently(*, when: bool = True) -> Iterator[None]:
    """Tell nobody of what happens in here."""
    token = _silent.set(when or _silent.get())
    try:
        yield
    finally:
        _silent.reset(token)


def is_silent() -> bool:
    """Return whether nobody is to be told."""
    return _silent.get()
