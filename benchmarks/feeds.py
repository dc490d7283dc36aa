"""Feeds: one of 5,000 items read and taken over, and the same again."""

from __future__ import annotations

from time import perf_counter
from typing import Final

import sqlalchemy as sa
from flask import Flask
from forum_crosspost.feeds.reading import read_feed
from forum_crosspost.operations.feeds import import_feed

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.core.database import unscoped
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
    began = perf_counter()
    read_feed(file.read_bytes())
    reading = perf_counter() - began
    took, statements = _take(app, job)
    again, _statements = _take(app, job)
    written = _count_rows(app, area) - items
    dispose(app)
    note = f"{items} items, {reading:.1f} s of it parsing"
    return [
        Figure("feed", (took,), note=note),
        Figure("feed_statements", (float(statements),)),
        Figure("feed_again", (again,)),
        Figure("feed_twice", (float(written),)),
    ]


def _take(app: Flask, job: ImportJob) -> tuple[float, int]:
    with app.app_context(), count_statements() as sent:
        began = perf_counter()
        import_feed(job, "rss")
        return perf_counter() - began, len(sent)


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
