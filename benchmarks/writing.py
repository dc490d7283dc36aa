"""A reply through its operation against as many bare statements, one commit each."""

from __future__ import annotations

from random import Random
from time import perf_counter
from typing import Final

import sqlalchemy as sa
from flask import Flask

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.peer import AREA, write_text
from forum.areas.queries import get_scope
from forum.core.database import db, unit
from forum.core.wall import Viewer, as_viewer
from forum.discussions.operations import reply
from forum.testing.databases import dispose
from forum.testing.statements import count_statements

_metadata = sa.MetaData()
_row: Final = sa.Table(
    "bench_row",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text),
)
_READ: Final = sa.select(_row.c.id, _row.c.text).where(_row.c.id == sa.bindparam("key"))
_INSERT: Final = sa.insert(_row).values(text=sa.bindparam("text"))
_UPDATE: Final = (
    sa.update(_row).where(_row.c.id == sa.bindparam("key")).values(text=sa.bindparam("text"))
)


def measure_reply(ground: Ground, *, replies: int) -> Figure:
    """Take turns: a reply, then its bare twin with the same reads, inserts and updates."""
    app = ground.make_app()
    with app.app_context():
        _metadata.drop_all(db.engines[None])
        _metadata.create_all(db.engines[None])
        with db.engines[None].begin() as connection:
            connection.execute(_INSERT, [{"text": "x" * 800}] * 100)
    rng = Random(7)
    texts = [write_text(rng) for _ in range(replies)]
    _reply(app, ground, texts[0])
    with count_statements() as sent:
        _reply(app, ground, texts[0])
    ratios, whole, bare = [], [], []
    for text in texts:
        whole.append(_time(lambda text=text: _reply(app, ground, text)))
        bare.append(_time(lambda text=text: _send_bare(app, sent, text, rng)))
        ratios.append(bare[-1] / whole[-1])
    dispose(app)
    middle = replies // 2
    note = (
        f"{len(sent)} statements: {sorted(whole)[middle] * 1000:.1f} ms "
        f"against {sorted(bare)[middle] * 1000:.1f} ms"
    )
    return Figure("reply", tuple(_group(ratios)), note)


def _reply(app: Flask, ground: Ground, text: str) -> None:
    """What a request does beside HTTP: scope, rule, hooks, markup, rows, event, commit."""
    viewer = Viewer(ground.peer.member)
    with app.app_context(), unit(), as_viewer(viewer):
        reply(get_scope(viewer, AREA), ground.peer.poll_topic, source=text)


def _send_bare(app: Flask, like: list[str], text: str, rng: Random) -> None:
    with app.app_context(), db.engines[None].begin() as connection:
        for statement in like:
            key = rng.randint(1, 100)
            verb = statement.lstrip()[:6].upper()
            if verb == "INSERT":
                connection.execute(_INSERT, {"text": text})
            elif verb == "UPDATE":
                connection.execute(_UPDATE, {"key": key, "text": text})
            else:
                connection.execute(_READ, {"key": key}).one()


def _time(act: object) -> float:
    began = perf_counter()
    act()  # type: ignore[operator]
    return perf_counter() - began


def _group(ratios: list[float], parts: int = 5) -> list[float]:
    """Return the median of each part of the run: their spread says how noisy it was."""
    size = max(len(ratios) // parts, 1)
    cuts = [sorted(ratios[at : at + size]) for at in range(0, len(ratios), size)]
    return [cut[len(cut) // 2] for cut in cuts if len(cut) == size]
