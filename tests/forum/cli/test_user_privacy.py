"""forum user export, erase, tombstones, reapply: what they write, refuse and say."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from forum.accounts.operations import create_user, promote_user
from forum.cli import main
from forum.cli.opening import open_app
from forum.core.database import unit
from forum.testing.databases import dispose


@pytest.fixture
def site(migrated_dir: Path) -> Path:
    """A directory with a database and three members, one of them the operator."""
    app = open_app(migrated_dir)
    with app.app_context(), unit():
        for name in ("Anna Beck", "Bodo Nord", "Olga Otten"):
            create_user(name, f"{name.split()[0].lower()}@example.org")
        promote_user("olga@example.org", "operator")
    dispose(app)
    return migrated_dir


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def run(site: Path, *arguments: str) -> int:
    return main(["user", *arguments, "--dir", str(site)])


def test_export_writes_a_file_for_nobody_else(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "anna.zip"
    assert run(site, "export", "anna@example.org", "--out", str(out)) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as bundle:
        assert b"anna-beck" in bundle.read("accounts/profile.json")
    assert "Only anna@example.org may have it." in capsys.readouterr().out
    assert run(site, "export", "@anna-beck", "--out", str(out)) == 1
    assert capsys.readouterr().err == f"forum: {out}: File exists\n"


def test_who_is_not_there_is_said_in_one_line(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "forum: nobody has the address or handle wer@example.org\n"
    assert run(site, "export", "wer@example.org", "--out", str(tmp_path / "x")) == 1
    assert capsys.readouterr().err == said
    assert run(site, "erase", "wer@example.org", "--yes") == 1
    assert capsys.readouterr().err == said


def test_erase_wants_a_yes(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(site, "erase", "anna@example.org") == 2
    assert capsys.readouterr().err == (
        "forum: this cannot be undone; say --yes. See: forum user erase --help\n"
    )


def test_the_last_operator_needs_a_successor(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(site, "erase", "olga@example.org", "--yes") == 1
    assert "Betrieb der Seite" in capsys.readouterr().err
    arguments = ("erase", "olga@example.org", "--yes", "--successor", "bodo@example.org")
    assert run(site, *arguments) == 0


def test_a_restored_backup_erases_again(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_database(site / "forum.db", tmp_path / "backup.db")
    assert run(site, "erase", "anna@example.org", "--yes", "--delete-texts") == 0
    assert "Erased anna@example.org:" in capsys.readouterr().out
    assert run(site, "tombstones") == 0
    stones = capsys.readouterr().out
    assert stones == (site / "erasures.ndjson").read_text("utf-8")
    assert stones.count("\n") == 1 and "anna" not in stones
    kept = tmp_path / "kept.ndjson"
    kept.write_text(stones)
    copy_database(tmp_path / "backup.db", site / "forum.db")
    assert run(site, "reapply", str(kept)) == 0
    assert "Tombstones: 1, erased again: 1." in capsys.readouterr().out
    assert run(site, "erase", "anna@example.org", "--yes") == 1
    assert run(site, "reapply", str(kept)) == 0
    assert "erased again: 0." in capsys.readouterr().out
    kept.write_text("nonsense\n")
    assert run(site, "reapply", str(kept)) == 1
    assert capsys.readouterr().err.endswith("forum: line 1 is no tombstone\n")


def test_a_merge_is_tried_first_and_then_done(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ("merge", "olga@example.org", "bodo@example.org")
    assert run(site, *both) == 2
    assert "say --yes, or --dry-run first." in capsys.readouterr().err
    for _ in range(2):
        assert run(site, *both, "--dry-run") == 0
        assert capsys.readouterr().out.startswith(
            "Would merge olga@example.org into bodo@example.org: audit_entry 2, site_role 1"
        )
    assert run(site, *both, "--yes", "--reason", "Zwei Konten") == 0
    assert capsys.readouterr().out.startswith("Merged olga@example.org into bodo@example.org:")
    assert run(site, *both, "--yes") == 1
    assert "nobody has the address or handle olga@example.org" in capsys.readouterr().err
    assert run(site, "merge", "@anna-beck", "anna@example.org", "--yes") == 1
    assert "dieselbe Person" in capsys.readouterr().err
