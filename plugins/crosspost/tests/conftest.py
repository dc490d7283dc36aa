"""An area that takes posts from outside, and mails to bring in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from forum_crosspost.operations import feeds, run_import
from forum_crosspost.operations.feeds import NewFeed

from forum.api.data import now, unit, unscoped
from forum.plugin import AreaRef, ImportJob, ImportReport
from forum.testing.builders import acting, add_member, make_area, make_user, switch_plugin
from forum.testing.services.web import Web, serving

hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")

START = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)


def write_mail(
    key: str,
    *,
    text: str = "Guten Tag",
    answers: Sequence[str] = (),
    minutes: int = 0,
    by: str = "Rosa Vogel <rosa@mail.example>",
    subject: str = "Werkzeug",
    headers: str = "",
) -> bytes:
    """Return one mail as it lies in an mbox file; `answers` are its references, oldest first."""
    at = START + timedelta(minutes=minutes)
    lines = [f"From: {by}", f"Date: {format_datetime(at)}", f"Subject: {subject}"]
    if key:
        lines.append(f"Message-ID: <{key}@test>")
    if answers:
        lines.append(f"References: {' '.join(f'<{one}@test>' for one in answers)}")
    return wrap("\n".join([*lines, *filter(None, [headers]), "", text]).encode())


def wrap(mail: bytes) -> bytes:
    """Put the line before a mail that separates it from others."""
    return b"From rosa@mail.example Wed Jul  1 08:00:00 2020\n" + mail + b"\n\n"


@dataclass
class Post:
    """A post as it stands: whom it answers by the id of the source."""

    key: str
    topic_id: int
    parent: str | None
    depth: int
    source: str
    author: str
    title: str


@dataclass
class Lists:
    """The area, and what tests do with it."""

    app: Flask
    folder: Path
    anke: int
    area: int
    files: int = 0

    def file(self, *mails: bytes, kind: str = "mbox") -> Path:
        """Write an mbox file, or one of another kind."""
        self.files += 1
        path = self.folder / f"list-{self.files}.{kind}"
        path.write_bytes(b"".join(mails))
        return path

    def run(self, file: Path, *, key: str = "", dry_run: bool = False) -> ImportReport:
        """Import a file of the kind that its name ends in."""
        with self.app.app_context():
            job = ImportJob(area=AreaRef(self.area, "kreis", "Kreis"), file=file, dry_run=dry_run)
            return run_import(job, kind=file.suffix[1:], key=key)

    def bring(self, *mails: bytes, key: str = "") -> ImportReport:
        """Import mails in one file."""
        return self.run(self.file(*mails), key=key)

    def posts(self, key: str = "") -> dict[str, Post]:
        """Return everything that came from a source by its id there."""
        statement = sa.text(
            "SELECT m.ext_id, p.topic_id, q.ext_id AS parent, p.depth, p.source, u.name, t.title "
            "FROM crosspost_map m JOIN crosspost_source s ON s.id = m.source_id "
            "JOIN post p ON p.id = m.local_id JOIN topic t ON t.id = p.topic_id "
            'JOIN "user" u ON u.id = p.author_id '
            "LEFT JOIN crosspost_map q ON q.local_id = p.parent_id WHERE s.key = :key"
        )
        with self.app.app_context(), unscoped("test") as session:
            rows = session.execute(statement, {"key": key}).all()
        found = [Post(row[0].removesuffix("@test"), row[1], row[2], *row[3:]) for row in rows]
        for post in found:
            post.parent = post.parent.removesuffix("@test") if post.parent else None
        return {post.key: post for post in found}

    def forest(self, key: str = "") -> dict[str, tuple[str, str | None, int]]:
        """Return for every message the first one of its topic, its parent and its level."""
        posts = self.posts(key)
        roots = {post.topic_id: post.key for post in posts.values() if post.parent is None}
        return {one: (roots[p.topic_id], p.parent, p.depth) for one, p in posts.items()}

    def scalar(self, statement: str, **values: Any) -> Any:
        """Ask the database for one value."""
        with self.app.app_context(), unscoped("test") as session:
            return session.scalar(sa.text(statement), values)

    def change(self, statement: str, **values: Any) -> None:
        """Change something behind everybody's back."""
        with self.app.app_context(), unit(), unscoped("test") as session:
            session.execute(sa.text(statement), values)

    def dump(self, *left_out: str) -> dict[str, list[str]]:
        """Return every row of every table, but for the named tables and columns (`area.version`).

        Rows are texts in an order of their own, so that two dumps can be compared.
        """
        found = {}
        with self.app.app_context(), unscoped("test") as session:
            for table in sorted(sa.inspect(session.connection()).get_table_names()):
                if table not in left_out:
                    rows = session.execute(sa.text(f'SELECT * FROM "{table}"')).mappings()
                    found[table] = sorted(_write(table, row, left_out) for row in rows)
        return {table: rows for table, rows in found.items() if rows}

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Ask the database for rows."""
        with self.app.app_context(), unscoped("test") as session:
            return [tuple(row) for row in session.execute(sa.text(statement), values)]


def _write(table: str, row: Mapping[str, Any], left_out: Sequence[str]) -> str:
    shown = {key: value for key, value in row.items() if f"{table}.{key}" not in left_out}
    return json.dumps(shown, sort_keys=True, default=str)


@pytest.fixture
def lists(app: Flask, tmp_path: Path) -> Lists:
    """A public area of two members in which crosspost is on."""
    make_area(app, "Bund")
    anke = make_user(app)
    area = make_area(app, "Kreis", slug="kreis", members={anke: "member"})
    switch_plugin(app, area, "crosspost")
    return Lists(app, tmp_path, anke, area)


@pytest.fixture
def make_lists() -> type[Lists]:
    """`Lists`, for tests that have an app of their own."""
    return Lists


@pytest.fixture
def archive() -> list[bytes]:
    """108 mails that answer each other as those of a real list did in one month, in its order."""
    rows = json.loads(Path(__file__).with_name("data").joinpath("threads.json").read_text())
    return [_write_row(row) for row in rows]


def _write_row(row: Sequence[Any]) -> bytes:
    number, references, answers, minutes, person = row
    direct = " ".join(f"<m{one}@test>" for one in answers)
    return write_mail(
        f"m{number}",
        answers=[f"m{one}" for one in references],
        minutes=minutes,
        by=f"Person {chr(65 + person % 26)}{person} <p{person}@mail.example>",
        subject=f"Thema {references[0] if references else number}",
        text=f"Nachricht {number}",
        headers=f"In-Reply-To: {direct}" if direct else "",
    )


@pytest.fixture
def mail() -> Any:
    """`write_mail`, for tests in other files."""
    return write_mail


@pytest.fixture
def wrapped() -> Any:
    """`wrap`, for tests in other files."""
    return wrap


def figures(report: ImportReport) -> Mapping[str, object]:
    """Return the figures of a report that are not zero."""
    told = report.as_dict()
    left_out = ("source", "figures")
    return {name: value for name, value in told.items() if value and name not in left_out}


@pytest.fixture
def told() -> Any:
    """`figures`, for tests in other files."""
    return figures


@dataclass
class Blog:
    """An area whose admin looks after feeds of a server of its own."""

    lists: Lists
    web: Web
    admin: int

    def add(self, path: str = "/feed", **parts: str) -> int:
        """Add a feed; return its source."""
        with acting(self.lists.app, self.admin, self.lists.area) as scope:
            new = NewFeed(url=self.web.url(path), label="Vereinsblog", **parts)
            return feeds.add_feed(scope, new)

    def turn(self) -> None:
        """Let the schedule have its turn."""
        with self.lists.app.app_context():
            feeds.poll_due([self.lists.area])

    def feed(self, *columns: str) -> tuple[Any, ...]:
        """Return columns of the one feed."""
        (row,) = self.lists.rows(f"SELECT {', '.join(columns)} FROM crosspost_feed")
        return row

    def due(self) -> None:
        """Make everything due."""
        self.lists.change("UPDATE crosspost_feed SET next_poll_at = :at", at=now().isoformat(" "))

    def titles(self) -> list[str]:
        """Return the titles of all topics."""
        return [row[0] for row in self.lists.rows("SELECT title FROM topic ORDER BY title")]

    def count(self, table: str) -> int:
        """Return how many rows there are."""
        return int(self.lists.scalar(f"SELECT count(*) FROM {table}"))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def blog(lists: Lists, web: Web, monkeypatch: pytest.MonkeyPatch) -> Blog:
    config = lists.app.config["FORUM"].model_copy(update={"fetch_hosts": web.host})
    monkeypatch.setitem(lists.app.config, "FORUM", config)
    admin = make_user(lists.app, "Ada Admin")
    add_member(lists.app, lists.area, admin, role="admin")
    return Blog(lists, web, admin)


class Kill(Protocol):
    """Starts `killed.py` and kills it so many seconds after it has come as far as `far` asks."""

    def __call__(
        self,
        *arguments: object,
        seconds: float,
        what: str = "file",
        far: Callable[[], bool] = lambda: True,
    ) -> None:
        """Return when the process is dead, by then or by itself."""


@pytest.fixture
def kill(lists: Lists, tmp_path: Path) -> Kill:
    folder = tmp_path / "killed"
    folder.mkdir()
    script, url = Path(__file__).with_name("killed.py"), lists.app.config["FORUM"].url
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FORUM_")}

    def start(
        *arguments: object,
        seconds: float,
        what: str = "file",
        far: Callable[[], bool] = lambda: True,
    ) -> None:
        command = [sys.executable, str(script), url, str(folder), what, *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=kept, text=True) as process:
            assert process.stdout is not None
            assert any(line == "ready\n" for line in process.stdout)
            while process.poll() is None and not far():
                time.sleep(0.01)
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)

    return start
