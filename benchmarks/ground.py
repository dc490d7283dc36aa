"""The database and the data directory a run measures on, filled with data of the peers' shape."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask import Flask

from benchmarks.peer import Peer, build
from forum.app import create_app
from forum.core.config import load_config
from forum.core.consumers import list_lags
from forum.core.database import read_unit, refresh_statistics, unit
from forum.core.migrations import upgrade
from forum.testing.databases import dispose
from forum.testing.services.postgres import durable_cluster

KINDS: Final = ("postgresql", "sqlite")


@dataclass(frozen=True, slots=True)
class Ground:
    """A filled forum: where it lies, how one gets at it, what to ask it for."""

    kind: str
    data: Path
    url: str
    floor_url: str
    peer: Peer

    @property
    def environ(self) -> dict[str, str]:
        """What `forum serve` is told, and the path that hides what only developers install."""
        return {
            "FORUM_DATABASE_URL": self.url,
            "FORUM_LOG_LEVEL": "error",
            "PYTHONPATH": str(Path(__file__).with_name("as_installed")),
        }

    def make_app(self) -> Flask:
        """Build the app in this process."""
        return create_app(load_config(self.data, {}, database_url=self.url, strict=True))

    def wait_for_worker(self) -> None:
        """Wait until the worker of a running server has indexed what the ground was filled with.

        Errors: RuntimeError after ten minutes.
        """
        app, deadline = self.make_app(), time.monotonic() + 600
        with app.app_context():
            while _is_behind():
                if time.monotonic() > deadline:
                    raise RuntimeError("the worker is still behind after ten minutes")
                time.sleep(1)
        dispose(app)


def _is_behind() -> bool:
    with read_unit():
        return any(lag.events for lag in list_lags())


@contextmanager
def filled(kind: str) -> Iterator[Ground]:
    """Make a database of this kind, with durable commits, fill it, remove it at the end."""
    with TemporaryDirectory(prefix="chapterhouse-bench-") as folder:
        data = Path(folder)
        if kind == "sqlite":
            yield _fill(kind, data, f"sqlite:///{data / 'forum.db'}", f"sqlite:///{data / 'f.db'}")
            return
        with durable_cluster() as cluster:
            yield _fill(kind, data, cluster.create("forum"), cluster.create("floor"))


def _fill(kind: str, data: Path, url: str, floor_url: str) -> Ground:
    app = create_app(load_config(data, {}, database_url=url, strict=True))
    upgrade(app)
    with app.app_context():
        peer = build()
        with unit():
            refresh_statistics()
    dispose(app)
    return Ground(kind, data, url, floor_url, peer)
