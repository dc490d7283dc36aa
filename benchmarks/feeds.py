"""Feeds: one of 5,000 items read and taken over, and the same again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

import feedparser
import sqlalchemy as sa
from flask import Flask
from forum_crosspost.operations.feeds import import_feed

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.core.database import read_unit, unscoped
from forum.plugin import AreaRef, ImportJob
from forum.testing.builders import make_area, switch_plugin
from forum.testing.databases import dispose
from forum.testing.statements import count_statements

ITEMS: Final = 5_000
_WORDS: Final = "Der Vorstand hat über die neue Ordnung beraten und stellt sie hier vor. "


def write_feed(items: int) -> bytes:
    """Return a feed of items with 2 kB of HTML each."""
    text = f"&lt;p&gt;{_WORDS * 14}&lt;/p&gt;" * 2
    entries = (
        f"<item><guid>id-{number}</guid><link>https://blog.example/{number}</link>"
        f"<title>Eintrag {number}</title><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>"
        f"<description>{text}</description></item>"
        for number in range(items)
    )
    body = "".join(entries)
    return f"<rss version='2.0'><channel><title>Blog</title>{body}</channel></rss>".encode()


def measure_feeds(ground: Ground, *, items: int) -> list[Figure]:
    """Take a feed over and do it again; the second time nothing may be written."""
    app = ground.make_app()
    area = make_area(app, "Feeds", slug="feeds")
    switch_plugin(app, area, "crosspost")
    file = ground.data / "feed.xml"
    file.write_bytes(write_feed(items))
    job = ImportJob(area=AreaRef(area, "feeds", "Feeds"), file=file)
    floor = _measure_floor(file.read_bytes())
    first = _take(app, job)
    again = _take(app, job)
    written = _count_rows(app, area) - items
    dispose(app)
    note = f"{items} items"
    if first.server:
        note += f", {first.server:.1f} s of CPU time of the database beside ours"
    return [
        Figure("feed", (first.wall,), note=note),
        Figure("feed_cpu", (first.cpu,)),
        Figure("feed_floor", (floor,)),
        Figure("feed_statements", (float(first.statements),)),
        Figure("feed_again", (again.wall,)),
        Figure("feed_again_cpu", (again.cpu,)),
        Figure("feed_twice", (float(written),)),
    ]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What taking a feed over cost: seconds, of which our CPU time and PostgreSQL's."""

    wall: float
    cpu: float
    server: float
    statements: int


def _measure_floor(data: bytes) -> float:
    """Return the CPU time of the parser alone, which does as little as it can."""
    began = process_time()
    feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    return process_time() - began


def _take(app: Flask, job: ImportJob) -> _Taken:
    before = _measure_server(app)
    with app.app_context(), count_statements() as sent:
        began, cpu = perf_counter(), process_time()
        import_feed(job, "rss")
        wall, cpu = perf_counter() - began, process_time() - cpu
    return _Taken(wall, cpu, _measure_server(app) - before, len(sent))


def _measure_server(app: Flask) -> float:
    """Return the CPU time of the server processes that we are connected to; SQLite has none."""
    with app.app_context(), read_unit() as session:
        if session.get_bind().dialect.name != "postgresql":
            return 0.0
        statement = sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [*session.scalars(statement)]
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, see proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def _count_rows(app: Flask, area: int) -> int:
    posts = "SELECT count(*) FROM post p JOIN topic t ON t.id = p.topic_id WHERE t.area_id = :area"
    revisions = (
        "SELECT count(*) FROM post_revision r JOIN post p ON p.id = r.post_id"
        " JOIN topic t ON t.id = p.topic_id WHERE t.area_id = :area"
    )
    with app.app_context(), unscoped("benchmark: rows are counted for nobody") as session:
        values = {"area": area}
        found = [session.scalar(sa.text(one), values) for one in (posts, revisions)]
        return sum(int(one or 0) for one in found)
