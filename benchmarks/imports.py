"""Imports taken back: 5,000 posts from a mailing list, gone again in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import sqlalchemy as sa
from flask import Flask
from forum_crosspost.models import Entry, Run
from forum_crosspost.operations import run_import, undo_run

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.core.database import refresh_statistics, unit, unscoped
from forum.plugin import AreaRef, ImportJob
from forum.testing.builders import make_area, switch_plugin
from forum.testing.databases import dispose

WRITERS: Final = 400
THREAD: Final = 10
WORDS: Final = "Das haben wir letztes Jahr ausprobiert und waren recht zufrieden damit. " * 12
START: Final = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)


def measure_undo(ground: Ground, *, messages: int, rounds: int) -> list[Figure]:
    """Import an archive and take it back, several times; nothing may be left of it."""
    app = ground.make_app()
    area = make_area(app, "Archiv", slug="bench-archiv")
    switch_plugin(app, area, "crosspost")
    seconds, left = [], 0
    with TemporaryDirectory() as folder:
        file = Path(folder, "liste.mbox")
        file.write_text("".join(_write(messages)), "utf-8")
        for _round in range(rounds):
            run_id = _bring(app, area, file, messages)
            start = perf_counter()
            with app.app_context(), unit():
                undone = undo_run(run_id, area_id=area, actor_id=None)
            seconds.append(perf_counter() - start)
            left += messages - undone.posts + _count_entries(app)
    dispose(app)
    note = f"{messages} posts, {WRITERS} writers"
    return [Figure("undo", tuple(seconds), note), Figure("undo_left", (left,))]


def _bring(app: Flask, area: int, file: Path, messages: int) -> int:
    with app.app_context():
        place = AreaRef(area, "bench-archiv", "Archiv")
        report = run_import(ImportJob(area=place, file=file))
        assert report.posts_new == messages
        with unit():
            refresh_statistics()
        with unscoped("benchmarks look behind the wall") as session:
            return session.scalar(sa.select(sa.func.max(Run.id))) or 0


def _count_entries(app: Flask) -> int:
    with app.app_context(), unscoped("benchmarks look behind the wall") as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0


def _write(messages: int) -> Iterator[str]:
    for number in range(messages):
        first = number - number % THREAD
        by = number * 7 % WRITERS
        answers = f"References: <{first}@t>\n" if number != first else ""
        yield (
            f"From x Wed Jul  1 08:00:00 2020\nFrom: Person {by} <p{by}@mail.example>\n"
            f"Date: {format_datetime(START + timedelta(minutes=number))}\n"
            f"Subject: Thema {first}\nMessage-ID: <{number}@t>\n{answers}\n{number}. {WORDS}\n\n"
        )
