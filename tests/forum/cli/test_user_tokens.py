"""forum user token: makes an access token, lists them, takes one back."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.accounts.operations import create_user
from forum.cli import main
from forum.cli.opening import open_app
from forum.core.database import unit
from forum.testing.databases import dispose


@pytest.fixture
def site(migrated_dir: Path) -> Path:
    """A directory with a database and one member."""
    app = open_app(migrated_dir)
    with app.app_context(), unit():
        create_user("Anna Beck", "anna@example.org")
    dispose(app)
    return migrated_dir


def run(site: Path, *arguments: str) -> int:
    return main(["user", "token", "anna@example.org", *arguments, "--dir", str(site)])


def test_token_is_printed_once_listed_and_revoked(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(site, "--scope", "read", "--scope", "write", "--name", "Kalender") == 0
    token = capsys.readouterr().out.strip()
    assert token.startswith("forum_") and len(token) > 40
    app = open_app(site)
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/nowhere", headers=headers).status_code == 404
    assert run(site, "--list") == 0
    row = capsys.readouterr().out
    assert row.split("\t")[:3] == ["1", "usable", "read write"] and "Kalender" in row
    assert token not in row
    assert run(site, "--revoke", "1") == 0
    assert capsys.readouterr().out == "Revoked 1.\n"
    assert app.test_client().get("/api/v1/nowhere", headers=headers).status_code == 401
    assert run(site, "--list") == 0
    assert "\trevoked\t" in capsys.readouterr().out
    assert run(site, "--revoke", "1") == 1
    dispose(app)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--list", "--scope", "read"),
        ("--list", "--revoke", "1"),
        ("--scope", "admin"),
        ("--scope", "read", "--days", "0"),
        ("--scope", "read", "--days", "366"),
        ("--revoke", "x"),
        ("--revoke", "9" * 30),
    ],
    ids=" ".join,
)
def test_wrong_calls_are_answered_in_one_line(
    site: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(site, *arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_nobody_gets_no_token(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "token", "wer@x.de", "--scope", "read", "--dir", str(site)]) == 1
    assert capsys.readouterr().err == "forum: nobody has the address or handle wer@x.de\n"
