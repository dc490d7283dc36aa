"""`forum import rss FILE` and its like: the same report as for archives of mails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost.operations.feeds import import_feed

from forum.api.data import unit
from forum.cli import main
from forum.cli.opening import open_app
from forum.plugin import AreaRef, ImportJob, ImportReport
from forum.testing.builders import make_area, switch_plugin
from forum.testing.databases import dispose

if TYPE_CHECKING:
    from conftest import Lists

FIGURES = (
    "orphans",
    "attachments",
    "guessed",
    "authors_known",
    "addresses",
    "phones",
    "hosts",
    "dropped",
)
ITEM = "<item><guid>{0}</guid><link>https://b.example/{0}</link><title>Titel {0}</title></item>"
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>1</id>"
    "<title>Eins</title><updated>2026-11-01T10:00:00Z</updated></entry></feed>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1",
        "title": "J",
        "items": [{"id": "1", "title": "Eins", "content_text": "x"}],
    }
)


def rss(*numbers: int) -> str:
    """Return a feed with these items."""
    items = "".join(ITEM.format(number) for number in numbers)
    return f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>"


@dataclass
class Files:
    """Feeds in files, for one area."""

    lists: Lists

    def take(self, text: str, format_: Any = "rss", *, dry_run: bool = False) -> ImportReport:
        """Import a text."""
        file = self.lists.folder / "feed.xml"
        file.write_text(text, "utf-8")
        place = AreaRef(self.lists.area, "kreis", "Kreis")
        with self.lists.app.app_context():
            return import_feed(ImportJob(area=place, file=file, dry_run=dry_run), format_)


@pytest.fixture
def files(lists: Lists) -> Files:
    return Files(lists)


def test_each_format(files: Files) -> None:
    for format_, text in (("rss", rss(1)), ("atom", ATOM), ("jsonfeed", JSON)):
        report = files.take(text, format_)
        assert (report.source, report.topics_new, report.posts_new) == (format_, 1, 1)
        again = files.take(text, format_)
        assert (again.posts_new, again.posts_same, again.authors_new) == (0, 1, 0)


def test_a_dry_run_tells_the_same_and_leaves_nothing(files: Files) -> None:
    dry = files.take(rss(1, 2, 2), dry_run=True)
    for table in ("post", "crosspost_source", "crosspost_map", "\"user\" WHERE state = 'ghost'"):
        assert files.lists.scalar(f"SELECT count(*) FROM {table}") == 0, table
    real = files.take(rss(1, 2, 2))
    assert dry.as_dict() == real.as_dict()
    assert (real.posts_new, len(real.rejections)) == (2, 1)


def test_what_is_no_such_feed_is_refused_whole(files: Files) -> None:
    for text, format_ in (("hello", "rss"), ("", "rss"), (ATOM, "rss"), (rss(1), "jsonfeed")):
        report = files.take(text, format_)
        assert (report.posts_new, len(report.rejections)) == (0, 1)
    assert files.lists.scalar("SELECT count(*) FROM crosspost_source") == 0


def test_in_the_unit_of_somebody_else(files: Files) -> None:
    file = files.lists.folder / "feed.xml"
    file.write_text(rss(1, 2), "utf-8")
    place = AreaRef(files.lists.area, "kreis", "Kreis")
    with files.lists.app.app_context(), unit():
        job = ImportJob(area=place, file=file)
        assert import_feed(job, "rss", opens_units=False).posts_new == 2


def test_the_last_line_is_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    assert main(["db", "upgrade", "--dir", str(site)]) == 0
    app = open_app(site)
    make_area(app, "Bund")
    switch_plugin(app, make_area(app, "Kreis", slug="kreis"), "crosspost")
    dispose(app)
    file = tmp_path / "feed.xml"
    file.write_text(rss(1, 2), "utf-8")
    capsys.readouterr()
    assert main(["import", "rss", str(file), "--area", "kreis", "--dir", str(site)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "source": "rss",
        "topics_new": 2,
        "posts_new": 2,
        "posts_changed": 0,
        "posts_same": 0,
        "authors_new": 1,
        "rejected": 0,
        "rejections": [],
        "figures": {**dict.fromkeys(FIGURES, 0), "bytes": 110},
    }
    assert main(["import", "atom", str(file), "--area", "kreis", "--dir", str(site)]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rejected"] == 1
