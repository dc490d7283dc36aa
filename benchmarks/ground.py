"""The database and the data directory a run measures on, filled with data of the peers' shape."""

from __future__ import annotations

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
        """What `forum serve` is told."""
        return {"FORUM_DATABASE_URL": self.url, "FORUM_LOG_LEVEL": "error"}

    def make_app(self) -> Flask:
        """Build the app in this process."""
        return create_app(load_config(self.data, {}, database_url=self.url, strict=True))


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
    dispose(app)
    return Ground(kind, data, url, floor_url, peer)
