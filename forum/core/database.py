"""The database: one Flask-SQLAlchemy object, two engines (write, read only), units of work.

Nothing else in the tree imports Flask-SQLAlchemy, so replacing it is a day's work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import sqlalchemy as sa
from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, CursorResult, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import _OffsetLimitParam
from sqlalchemy.types import TypeDecorator

from forum.core.statement_limit import limit_statements

Mode = Literal["read", "write"]
READ_TIMEOUT_MS = 5_000
READ_SETTINGS = (
    "default_transaction_read_only=on",
    f"statement_timeout={READ_TIMEOUT_MS}",
    # Pages send the same statements over and over and find what they ask for by index, whatever
    # the values. Left to itself PostgreSQL plans some anew each time, for longer than they run.
    "plan_cache_mode=force_generic_plan",
)
BUSY_TIMEOUT_MS = 10_000
ANALYSED_ROWS = 1_000
RECONNECT_SECONDS = 3_600
"""A connection of SQLite knows the statistics of the time it was opened."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@compiles(_OffsetLimitParam, "postgresql")
def _write_limit(limit: Any, compiler: SQLCompiler, **kwargs: Any) -> str:
    """Write limits into the text: a general plan counts on a tenth of all rows for unknown ones."""
    kwargs["literal_execute"] = True
    text: str = cast(Any, compiler).visit_bindparam(limit, **kwargs)
    return text


def at_most(most: int) -> sa.ColumnElement[int]:
    """Return a limit for statements that are built once: written when they are built.

    `.limit(most)` is written into the text at every call, which costs a tenth of a page.
    """
    return sa.literal_column(str(int(most)), sa.Integer())


class Base(DeclarativeBase):
    """Every table of the core and of the plugins hangs on this metadata."""

    metadata = sa.MetaData(naming_convention=NAMING)


class UnitSession(FlaskSession):
    """The session of one app context; its mode decides which engine it speaks to."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kw: Any) -> Any:
        """Choose the engine by mode; both point at the same database."""
        if bind is not None:
            return bind
        return db.engines["read" if self.info.get("mode") == "read" else None]


db = SQLAlchemy(model_class=Base, session_options={"class_": UnitSession})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

SPOILT: Final = "spoilt"
"""In the info of a session whose unit must not be committed any more; `core.isolation` says why."""
JSONType = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEVER_AGAIN: Final = {"sqlite_autoincrement": True}
"""Table arguments for ids that are kept elsewhere: in addresses, logs, cursors. Left to itself
SQLite gives the id of the last row to the next one when that row is gone; PostgreSQL never does."""


def sortable(length: int) -> sa.types.TypeEngine[str]:
    """Return a string type that both databases compare byte by byte."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python; `timestamptz` on PostgreSQL, naive UTC on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive values: they are a bug one notices twice a year."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give SQLite's naive values their zone back."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


def init_database(app: Flask, url: str, *, pool_size: int = 8) -> None:
    """Create both engines of `app` for `url` and set their connections up."""
    sqlite = url.startswith("sqlite")
    # What members write must not stand in logs, so errors do not quote parameters.
    shared: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 8, "hide_parameters": True}
    if sqlite:
        shared["pool_recycle"] = RECONNECT_SECONDS
    read = {**shared, "execution_options": {"isolation_level": "AUTOCOMMIT"}}
    if not sqlite:
        read["connect_args"] = {"options": " ".join(f"-c {one}" for one in READ_SETTINGS)}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = shared
    app.config["SQLALCHEMY_BINDS"] = {"read": {"url": url, **read}}
    db.init_app(app)
    if sqlite:
        with app.app_context():
            _listen_sqlite(db.engines[None], write=True)
            _listen_sqlite(db.engines["read"], write=False)
            limit_statements(db.engines["read"], READ_TIMEOUT_MS)


def _listen_sqlite(engine: Engine, *, write: bool) -> None:
    def connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # the driver's own BEGIN breaks savepoints
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"query_only={'OFF' if write else 'ON'}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connect)
    if write:
        event.listen(engine, "begin", begin)


def close_connections(app: Flask) -> None:
    """Close the connections that an app keeps; it opens new ones when it needs them."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def set_mode(mode: Mode) -> None:
    """Decide which engine the session of this app context uses from its next statement on.

    Errors: raises RuntimeError when the session already holds uncommitted changes.
    """
    session = db.session()
    if session.info.get("mode", "write") == mode:
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("the session holds changes; commit or roll back before switching")
    session.rollback()
    session.info["mode"] = mode


def get_mode() -> Mode:
    """Return the mode of the session of this app context."""
    return "read" if db.session().info.get("mode") == "read" else "write"


def on_commit(callback: Callable[[], object]) -> None:
    """Call `callback` once after the present unit has committed, never when it rolls back."""
    db.session().info.setdefault("on_commit", []).append(callback)


def before_commit(callback: Callable[[], object]) -> None:
    """Call `callback` once, as the last thing before the present unit commits."""
    db.session().info.setdefault("before_commit", {})[callback] = None


def after_response(callback: Callable[[], object]) -> None:
    """Call `callback` in a write unit of its own after the response has been sent.

    Outside a request it runs when the app context's owner calls `run_after_response`.
    """
    g.setdefault("after_response", []).append(callback)


def commit() -> None:
    """Commit the present unit, then call what waited for it."""
    session = db.session()
    for callback in session.info.pop("before_commit", ()):
        callback()
    session.commit()
    for callback in session.info.pop("on_commit", ()):
        callback()


def rollback() -> None:
    """Undo the present unit and forget what waited for its commit."""
    session = db.session()
    session.rollback()
    session.info.pop("before_commit", None)
    session.info.pop("on_commit", None)
    session.info.pop(SPOILT, None)


@contextmanager
def unit() -> Iterator[Session]:
    """Run one write transaction in an app context of its own; commit at the end.

    Errors: any exception rolls everything back and is raised again.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        session = db.session()
        session.info["mode"] = "write"
        try:
            yield session
            commit()
        except BaseException:
            rollback()
            raise


@contextmanager
def read_unit() -> Iterator[Session]:
    """Run reads in an app context of its own on the read-only connection."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        session = db.session()
        session.info["mode"] = "read"
        yield session


@contextmanager
def unscoped(reason: str) -> Iterator[Session]:
    """Open a second session on the same connection that the wall does not limit.

    The only way past the wall; a test lists every use. It flushes what the first session holds
    so that both see the same rows, and flushes its own changes at the end; the unit commits.
    """
    outer = db.session()
    outer.flush()
    session = Session(
        bind=outer.connection(),
        join_transaction_mode="rollback_only",
        info={"unscoped": reason},
        expire_on_commit=False,
    )
    try:
        yield session
        session.flush()
    finally:
        session.close()


def refresh_statistics() -> None:
    """Let the database look anew at what its tables hold, in the present unit.

    After much was written at once; on SQLite also now and then, it never does by itself.
    Cost: some milliseconds per table.
    """
    session = db.session()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text(f"PRAGMA analysis_limit={ANALYSED_ROWS}"))
    session.execute(sa.text("ANALYZE"))


def require_row(result: sa.Result[Any]) -> None:
    """Raise Conflict when an update or delete touched no row."""
    from forum.core.errors import Conflict

    assert isinstance(result, CursorResult)
    if result.rowcount == 0:
        raise Conflict("nothing was changed: somebody else was faster")
