"""What a plugin's code runs inside, so that what it breaks stays its own; counts statements."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from forum.core.database import SPOILT, db

READING: Final = frozenset({"render", "collect", "panel", "filter"})
FREE: Final = frozenset({"register", "view", "seed", "task"})
"""Kinds that run in a unit as a view of the core does, in units of their own, or in none."""

_HELD: Final = "held"
_WROTE: Final = "it changed objects in a hook that only reads"


class _Counter(threading.local):
    """How many statements a thread has sent."""

    value = 0


_counter: Final = _Counter()


class WroteWhileReadingError(RuntimeError):
    """A hook that may only read has left changes in the session."""


class EndedTransactionError(RuntimeError):
    """A hook has committed or rolled back the transaction that it was called in."""


def count_statements() -> int:
    """Return the running number of statements this thread has sent."""
    return _counter.value


def count_engines(app: Flask) -> None:
    """Let `count_statements` see both engines of `app`."""

    def count(*_ignored: Any) -> None:
        _counter.value += 1

    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", count)


def isolate(kind: str) -> Callable[..., Any] | None:
    """Return what makes calls of this kind: it takes a function and its arguments.

    Writers get a savepoint. Readers of a page run on its read-only connection; where a page is
    shown again after a refused form they get a savepoint that is always rolled back. Either way
    objects a reader leaves in the session are thrown out and count as its failure.
    """
    if kind in FREE:
        return None
    if kind not in READING:
        return _write
    session = db.session()
    reads = session.info.get("mode") == "read"
    return partial(_read if reads else _read_while_writing, session)


def _write(function: Callable[..., Any], *arguments: Any) -> Any:
    session = db.session()
    with session.begin_nested(), _held(session):
        return function(*arguments)


@contextmanager
def _held(session: Session) -> Iterator[None]:
    """Keep what runs inside from ending the transaction of whoever called it.

    A commit is refused. After a commit or a rollback nobody knows any more what of the unit is
    there, so the unit is spoilt: it cannot be committed either, whoever swallows the error.
    """
    root, outer = session.get_transaction(), session.info.get(_HELD, False)
    session.info[_HELD] = True
    try:
        yield
    finally:
        session.info[_HELD] = outer
        if session.get_transaction() is not root:
            session.info[SPOILT] = True
    if session.info.get(SPOILT):
        raise EndedTransactionError("it ended the transaction that it was called in")


def _refuse_commit(session: Session) -> None:
    if session.get_nested_transaction() is not None:
        return
    if session.info.get(_HELD):
        session.info[SPOILT] = True
    if session.info.get(SPOILT):
        raise EndedTransactionError("a hook must leave the transaction that it is called in alone")


event.listen(db.session, "before_commit", _refuse_commit)


def _read(session: Session, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a reader on a page's read-only connection.

    Every plugin passes here on every page. So one look tells whether the session is as it was:
    asking for `new`, `dirty` and `deleted` costs more than all the rest of the call.
    """
    autoflush, session.autoflush = session.autoflush, False
    try:
        result = function(*arguments)
    except BaseException:
        _throw_out(session)
        raise
    finally:
        session.autoflush = autoflush
    if not session._is_clean() and _throw_out(session):
        raise WroteWhileReadingError(_WROTE)
    return result


def _read_while_writing(session: Session, function: Callable[..., Any], *arguments: Any) -> Any:
    savepoint = session.begin_nested()
    try:
        with _held(session):
            result = function(*arguments)
    finally:
        left = bool(session.new or session.dirty or session.deleted)
        if savepoint.is_active:
            savepoint.rollback()
    if left:
        raise WroteWhileReadingError(_WROTE)
    return result


def _throw_out(session: Session) -> bool:
    touched = [*session.new, *session.dirty, *session.deleted]
    for thing in touched:
        session.expunge(thing)
    return bool(touched)
