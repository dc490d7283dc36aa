"""`forum import` from outside: the last line, the exit codes, beside a unit of somebody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forum.testing.builders import switch_plugin

if TYPE_CHECKING:
    from conftest import Lists

pytestmark = pytest.mark.database("sqlite")


def forum(lists: Lists, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command on the database of the test."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FORUM_")}
    settings = {
        "FORUM_DATABASE_URL": lists.app.config["FORUM"].url,
        "FORUM_SECRET_KEY": "not-secret-only-for-tests",
    }
    folder = lists.folder / "site"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "forum.cli", "import", *map(str, arguments), "--dir", folder]
    return subprocess.run(
        [*map(str, command)],
        env={**kept, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def last(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout.splitlines()[-1])


def test_last_line_is_the_report(lists: Lists, archive: list[bytes]) -> None:
    file = lists.file(*archive)
    expected = {
        "source": "mbox",
        "topics_new": 41,
        "posts_new": 108,
        "posts_changed": 0,
        "posts_same": 0,
        "authors_new": 44,
        "rejected": 0,
        "rejections": [],
    }
    dry = forum(lists, "mbox", file, "--area", "kreis", "--dry-run", "--json")
    assert (dry.returncode, last(dry), dry.stdout.count("\n")) == (0, expected, 1)
    assert lists.scalar("SELECT count(*) FROM post") == 0
    done = forum(lists, "mbox", file, "--area", "kreis")
    assert (done.returncode, last(done)) == (0, expected)
    assert last(forum(lists, "mbox", file, "--area", "kreis"))["posts_same"] == 108


def test_refusals_are_one_line(lists: Lists, mail: Any) -> None:
    file = lists.file(mail("a"))
    switch_plugin(lists.app, lists.area, "crosspost", state="off")
    off = forum(lists, "mbox", file, "--area", "kreis")
    site = lists.folder / "site"
    wish = f"switch it on: forum plugin on crosspost --area kreis --dir {site}"
    assert (off.returncode, told(off)) == (2, [f"forum: crosspost is off in kreis; {wish}"])
    for arguments in (["mbx", file, "--area", "kreis"], ["mbox", file, "--area", "nowhere"]):
        refused = forum(lists, *arguments)
        assert (refused.returncode, len(told(refused)), refused.stdout) == (2, 1, "")
    missing = forum(lists, "mbox", Path("/no/such.mbox"), "--area", "kreis")
    assert (missing.returncode, len(told(missing))) == (2, 1)


def test_file_that_holds_nothing_to_take(lists: Lists) -> None:
    done = forum(lists, "mbox", lists.file(b"not an mbox\n"), "--area", "kreis", "--json")
    assert (done.returncode, len(told(done))) == (1, 1)
    assert last(done)["rejected"] == 1
    empty = forum(lists, "mbox", lists.file(b""), "--area", "kreis", "--json")
    assert (empty.returncode, last(empty)["rejected"]) == (0, 0)


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the lines that are meant for people; others are the log."""
    return [line for line in done.stderr.splitlines() if not line.startswith("{")]
