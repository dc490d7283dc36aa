"""What an operator mends by hand: failed work, a lost index."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forum.cli import main
from forum.cli.opening import open_app
from forum.core.database import unit
from forum.core.dirlock import hold_directory
from forum.core.jobs import JobRow
from forum.testing.databases import dispose

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def site(migrated_dir: Path) -> Path:
    """A directory with a database of this version and one failed job."""
    app = open_app(migrated_dir)
    with app.app_context(), unit() as session:
        session.add(
            JobRow(
                name="search.update_index",
                state="failed",
                run_at=MOMENT,
                error="RuntimeError: disk full\n  somewhere:1 in x",
                created_at=MOMENT,
                finished_at=MOMENT,
            )
        )
    dispose(app)
    return migrated_dir


def test_a_failed_job_is_listed_and_waits_again(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--dir", str(site)]
    capsys.readouterr()
    assert main(["check", *folder]) == 1
    said = "PROBLEM 1 jobs have failed → read why: forum queue list; mend the cause, then: forum"
    assert said in capsys.readouterr().out
    assert main(["queue", "list", *folder]) == 0
    line = "job        1  2026-11-20 09:00  search.update_index: RuntimeError: disk full\n"
    assert capsys.readouterr().out == line
    assert main(["queue", "retry", "job", "1", *folder]) == 0
    assert capsys.readouterr().out == "job 1 waits again.\n"
    assert main(["queue", "list", *folder]) == 0
    assert capsys.readouterr().out == "Nothing has failed.\n"
    assert main(["queue", "retry", "job", "1", *folder]) == 1
    assert capsys.readouterr().err == "forum: no failed job 1\n"
    assert main(["queue", "retry", "job", "9" * 30, *folder]) == 2


def test_a_lost_index_is_built_anew_but_not_beside_a_worker(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--dir", str(site)]
    shutil.rmtree(site / "index", ignore_errors=True)
    capsys.readouterr()
    with hold_directory(site, ("worker",)):
        assert main(["reindex", *folder]) == 2
    assert "another server uses this directory" in capsys.readouterr().err
    with hold_directory(site, ("web",)):
        assert main(["reindex", *folder]) == 0
    assert capsys.readouterr().out == "0 posts can be found.\n"


def test_what_comes_again_is_listed_with_its_next_time(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["queue", "schedules", "--dir", str(site)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    [forget] = [line for line in lines if line.startswith("events.forget")]
    assert forget.split("every")[1] == " 1 day, 0:00:00, next at the next start, last not run yet"
