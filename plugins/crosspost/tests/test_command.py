"""`forum import` from outside: the last line, the exit codes, beside a unit of somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forum.cli import main
from forum.cli.opening import open_app
from forum.testing.builders import make_area, switch_plugin
from forum.testing.databases import dispose

if TYPE_CHECKING:
    from conftest import Lists


@dataclass
class Done:
    """What a command printed and returned."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def site(tmp_path: Path, make_lists: type[Lists]) -> Iterator[Lists]:
    """A forum in a directory of its own, as an operator has it."""
    folder = tmp_path / "site"
    folder.mkdir()
    assert main(["db", "upgrade", "--dir", str(folder)]) == 0
    app = open_app(folder)
    make_area(app, "Bund")
    area = make_area(app, "Kreis", slug="kreis")
    switch_plugin(app, area, "crosspost")
    yield make_lists(app, tmp_path, 0, area)
    dispose(app)


@pytest.fixture
def forum(site: Lists, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `forum import` on the site."""

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        code = main(["import", *map(str, arguments), "--dir", str(site.folder / "site")])
        return Done(code, *capsys.readouterr())

    return run


def last(done: Done) -> Any:
    return json.loads(done.stdout.splitlines()[-1])


def test_last_line_is_the_report(
    site: Lists, forum: Callable[..., Done], archive: list[bytes]
) -> None:
    file = site.file(*archive)
    expected: dict[str, Any] = {
        "source": "mbox",
        "topics_new": 41,
        "posts_new": 108,
        "posts_changed": 0,
        "posts_same": 0,
        "authors_new": 44,
        "rejected": 0,
        "rejections": [],
    }
    dry = forum("mbox", file, "--area", "kreis", "--dry-run", "--json")
    expected["figures"] = last(dry)["figures"]
    assert (dry.returncode, last(dry), dry.stdout.count("\n")) == (0, expected, 1)
    assert expected["figures"]["bytes"] > 108 * len("Nachricht 1")
    assert site.scalar("SELECT count(*) FROM post") == 0
    done = forum("mbox", file, "--area", "kreis")
    assert (done.returncode, last(done)) == (0, expected)
    assert last(forum("mbox", file, "--area", "kreis"))["posts_same"] == 108


def test_refusals_are_one_line(site: Lists, forum: Callable[..., Done], mail: Any) -> None:
    file = site.file(mail("a"))
    switch_plugin(site.app, site.area, "crosspost", state="off")
    off = forum("mbox", file, "--area", "kreis")
    folder = site.folder / "site"
    wish = f"switch it on: forum plugin on crosspost --area kreis --dir {folder}"
    assert (off.returncode, told(off)) == (2, [f"forum: crosspost is off in kreis; {wish}"])
    for arguments in (["mbx", file, "--area", "kreis"], ["mbox", file, "--area", "nowhere"]):
        refused = forum(*arguments)
        assert (refused.returncode, len(told(refused)), refused.stdout) == (2, 1, "")
    missing = forum("mbox", Path("/no/such.mbox"), "--area", "kreis")
    assert (missing.returncode, len(told(missing))) == (2, 1)


def test_file_that_holds_nothing_to_take(site: Lists, forum: Callable[..., Done]) -> None:
    done = forum("mbox", site.file(b"not an mbox\n"), "--area", "kreis", "--json")
    assert (done.returncode, len(told(done))) == (1, 1)
    assert last(done)["rejected"] == 1
    empty = forum("mbox", site.file(b""), "--area", "kreis", "--json")
    assert (empty.returncode, last(empty)["rejected"]) == (0, 0)


def told(done: Done) -> list[str]:
    """Return the lines that are meant for people; others are the log."""
    return [line for line in done.stderr.splitlines() if not line.startswith("{")]


def test_a_run_is_taken_back_by_its_number(
    site: Lists, forum: Callable[..., Done], archive: list[bytes], capsys: Any
) -> None:
    forum("mbox", site.file(*archive), "--area", "kreis")
    capsys.readouterr()
    where = ["--dir", str(site.folder / "site")]
    assert main(["crosspost", "runs", *where]) == 0
    run = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (run["stats"]["posts_new"], run["undone_at"]) == (108, False)
    assert main(["crosspost", "undo", str(run["id"]), *where]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"posts": 108, "kept": 0, "changes": 0, "authors": 44}
    assert site.scalar("SELECT count(*) FROM post") == 0
    assert main(["crosspost", "undo", str(run["id"]), *where]) == 1
    assert main(["crosspost", "undo", "9" * 30, *where]) == 2
