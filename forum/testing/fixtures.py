"""The pytest plugin: `-p forum.testing.fixtures` in a project's own pytest options.

A test that takes `app` runs once on SQLite and once on PostgreSQL, on an empty, migrated database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock as core_clock
from forum.testing.apps import Workshop
from forum.testing.databases import KINDS, Ground
from forum.testing.services import Missing
from forum.testing.services.browser import open_browser
from forum.testing.services.redis import start_redis
from forum.testing.services.run import Run, begin_run, end_run, find_run
from forum.testing.services.smtp import Sink, SmtpServer
from forum.testing.statements import count_statements, list_warm_statements

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MISSING = "missing service: "
StatementCounter: TypeAlias = Callable[[Callable[[], object]], list[str]]
T = TypeVar("T")
_run = pytest.StashKey[Run]()


class BuildOnce(Protocol):
    """What the fixture `build_once` gives."""

    def __call__(self, build: Callable[..., T], *args: Hashable, on: Flask = ...) -> T:
        """Return a copy of what `build(app, *args)` returned; `on` is another app than `app`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of databases."""
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        default="both",
        help="run tests that use a database on this kind only (default: both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run in the first process; workers of xdist find it."""
    if not hasattr(config, "workerinput"):
        config.stash[_run] = begin_run()
    config.addinivalue_line("markers", "database(kind): run on this kind of database only")
    cells = "weave(*cells, plugin): holds a plugin in these cells of `forum.testing.weave`"
    config.addinivalue_line("markers", cells)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run where it was begun, with all its servers."""
    run = config.stash.get(_run, None)
    if run is not None:
        end_run(run)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on each kind that was asked for."""
    if "any_database" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("--database")
    kinds = KINDS if asked == "both" else (asked,)
    marker = metafunc.definition.get_closest_marker("database")
    chosen = [kind for kind in kinds if marker is None or kind in marker.args]
    metafunc.parametrize("any_database", chosen, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested because a service was missing."""
    skipped = terminalreporter.getreports("skipped")
    reasons = sorted({text for text in map(_reason_of, skipped) if text.startswith(MISSING)})
    for reason in reasons:
        terminalreporter.write_line(f"NOT TESTED, {reason}", red=True, bold=True)


def _reason_of(report: pytest.TestReport) -> str:
    place = report.longrepr
    return place[2].removeprefix("Skipped: ") if isinstance(place, tuple) else ""


def give_up(missing: Missing) -> NoReturn:
    """Fail in CI, skip elsewhere: the summary then says what was not tested."""
    if os.environ.get("CI"):
        pytest.fail(f"{MISSING}{missing}", pytrace=False)
    pytest.skip(f"{MISSING}{missing}")


@pytest.fixture(scope="session")
def test_run() -> Run:
    """The run of this and its sibling processes: a directory, and servers that end with it."""
    run = find_run()
    assert run is not None
    return run


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this process among the workers of the run."""
    given = getattr(request.config, "workerinput", {})
    return str(given.get("workerid", "main"))


@pytest.fixture(scope="session")
def workshop(test_run: Run, worker_name: str) -> Iterator[Workshop]:
    """Where apps and databases of this process are made and kept."""
    made = Workshop(test_run, worker_name)
    yield made
    made.close()


@pytest.fixture(scope="session")
def any_database(request: pytest.FixtureRequest, workshop: Workshop) -> Ground:
    """A migrated database of the kind at hand; rarely needed without `app`."""
    try:
        return workshop.ground(request.param)
    except Missing as missing:
        give_up(missing)


@pytest.fixture
def app(any_database: Ground, workshop: Workshop) -> Iterator[Flask]:
    """The forum on an empty database, all installed plugins loaded, none switched on."""
    made = workshop.app_on(any_database)
    yield made
    workshop.put_back(any_database)


@pytest.fixture
def make_app(any_database: Ground, workshop: Workshop, app: Flask) -> Callable[..., Flask]:
    """Build a further app on the database of `app`; keyword arguments are settings."""

    def make(**settings: object) -> Flask:
        return workshop.make_app(any_database, **settings)

    return make


@pytest.fixture
def share_app(any_database: Ground, workshop: Workshop, app: Flask) -> Callable[..., Flask]:
    """Give a further app like `make_app`, but one that later tests get again: change nothing in it.

    Cost: that of building an app, a quarter of a second, once per process and settings.
    """

    def share(**settings: object) -> Flask:
        return workshop.share_app(any_database, **settings)

    return share


@pytest.fixture
def build_once(any_database: Ground, workshop: Workshop, app: Flask) -> BuildOnce:
    """Return what `build(app, *args)` returns: built by the first test, brought back for others.

    `build` is a function of a module that writes to the empty database and returns ids and names;
    each test gets a copy of its own. What it leaves outside of the database is not kept; where the
    clock stands is kept apart from where it goes on.
    Cost: a few milliseconds, however much was built.
    """

    def once(build: Callable[..., T], *args: Hashable, on: Flask = app) -> T:
        return workshop.build_once(any_database, on, build, *args)

    return once


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """Stop the clock at a fixed moment; call the fixture with another to move it."""
    stack: list[AbstractContextManager[None]] = []

    def move(moment: datetime) -> None:
        while stack:
            stack.pop().__exit__(None, None, None)
        frozen = core_clock.freeze(moment)
        frozen.__enter__()
        stack.append(frozen)

    move(MOMENT)
    yield move
    while stack:
        stack.pop().__exit__(None, None, None)


@pytest.fixture
def statements() -> StatementCounter:
    """Return what a call sends to the database when it is made for the second time."""
    return list_warm_statements


@pytest.fixture
def statements_seen() -> Iterator[list[str]]:
    """Every statement of this test so far, frames left out."""
    with count_statements() as seen:
        yield seen


@pytest.fixture(scope="session")
def redis_server(test_run: Run, worker_name: str) -> str:
    """The URL of a Redis that belongs to this process."""
    try:
        return start_redis(test_run, f"redis-{worker_name}")
    except Missing as missing:
        give_up(missing)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of an empty Redis."""
    import redis

    connection = redis.Redis.from_url(redis_server)
    connection.flushall()
    connection.close()
    return redis_server


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    try:
        server = SmtpServer()
    except Missing as missing:
        give_up(missing)
    yield server
    server.stop()


@pytest.fixture
def smtp_sink(_smtp_server: SmtpServer) -> Sink:
    """An empty mail sink; `sink.url` goes into `smtp_url`."""
    _smtp_server.sink.clear()
    return _smtp_server.sink


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, one per process."""
    try:
        with open_browser() as browser:
            yield browser
    except Missing as missing:
        give_up(missing)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh profile with one open tab."""
    context = chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    yield context.new_page()
    context.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty directory for a forum of its own."""
    return tmp_path / "data"


@pytest.fixture
def migrated_dir(workshop: Workshop, data_dir: Path) -> Path:
    """`data_dir` with an empty database of this version in it, as `forum db upgrade` leaves it."""
    data_dir.mkdir()
    workshop.write_database(data_dir / "forum.db")
    return data_dir
