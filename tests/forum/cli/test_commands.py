"""Every command: help with an example, one line on errors, exit codes 0, 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from forum.areas.operations import create_root
from forum.areas.spec import AreaSpec
from forum.cli import COMMANDS, commands, main
from forum.cli.opening import open_app
from forum.core.database import unit
from forum.testing.databases import dispose
from forum.testing.services.postgres import free_port
from tests.forum.cli.conftest import run_forum


def list_paths(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path of every command and group below `group`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name)
        if isinstance(found, click.Group):
            yield from list_paths(found, (*path, name))


PATHS = list(list_paths(commands))


@pytest.fixture
def site(migrated_dir: Path) -> Path:
    """A directory with a database of this version."""
    return migrated_dir


@pytest.fixture
def root(site: Path) -> Path:
    """A directory with the root area `bund`."""
    app = open_app(site)
    with app.app_context(), unit():
        create_root(AreaSpec(name="Bund", kind="federation", slug="bund"), admin_id=None)
    dispose(app)
    return site


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_helps_with_an_example_of_itself(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*path, "--help"]) == 0
    out = capsys.readouterr().out
    assert re.search(rf"Example:\s+forum {' '.join(path)}\b", " ".join(out.split()))


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", out, re.M) for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["nonsense"], 2, "forum: No such command 'nonsense'. See: forum --help"),
        (["db", "nonsense"], 2, "forum: No such command 'nonsense'. See: forum db --help"),
        (["serve", "--port", "x"], 2, "forum: Invalid value for '--port'"),
        (["serve", "--port", "0"], 2, "forum: Invalid value for '--port'"),
        (["serve", "--colour"], 2, "forum: No such option '--colour'. See: forum serve --help"),
        (["check", "--dir", "/nowhere"], 2, "forum: /nowhere: no such directory; forum serve"),
        (["user", "create"], 2, "forum: Missing argument 'EMAIL'. See: forum user create --help"),
    ],
)
def test_a_wrong_call_is_answered_in_one_line(
    arguments: list[str], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(line)


def test_an_unknown_setting_is_named_with_those_that_exist(site: Path) -> None:
    answer = run_forum("check", "--dir", site, nonsense="1")
    assert answer.returncode == 2
    assert answer.stderr.startswith("forum: unknown setting FORUM_NONSENSE; remove it, or use one")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["this is not toml", "nonsense = 1", "\x00"])
def test_a_wrong_file_of_settings_is_said_in_one_line(site: Path, text: str) -> None:
    (site / "forum.toml").write_text(text)
    answer = run_forum("db", "check", "--dir", site)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_said_in_one_line(site: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    for command in (["db", "check"], ["db", "upgrade"], ["serve"]):
        answer = run_forum(*command, "--dir", site, database_url=url)
        assert answer.returncode == 1
        said = answer.stderr.splitlines()[-1]
        assert said.startswith("forum: the database does not answer")
        assert "Traceback" not in answer.stderr


def test_db_check_says_where_the_database_stands(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.mkdir()
    assert main(["db", "check", "--dir", str(data_dir)]) == 1
    assert capsys.readouterr().out.startswith("core: empty, should be at ")
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    assert "Upgraded core.\n" in capsys.readouterr().out
    assert main(["db", "check", "--dir", str(data_dir)]) == 0
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    assert capsys.readouterr().out.endswith("The database is up to date.\n")


def test_check_names_what_is_missing_and_how_to_mend_it(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.mkdir()
    assert main(["check", "--dir", str(data_dir)]) == 1
    out = capsys.readouterr().out
    assert "PROBLEM the database lacks migrations of core; run: forum db upgrade" in out
    assert "hint    no mail server is set → set FORUM_SMTP_URL" in out


def test_a_member_is_made_and_promoted(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--dir", str(site)]
    create = ["user", "create", "anna@example.org", "--name", "Anna Beck", *folder]
    assert main(create) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "Made anna@example.org."
    assert re.search(r"^Choose a password: http://\S+/\S+$", out, re.M)
    assert main(create) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["user", "promote", "anna@example.org", *folder]) == 0
    assert main(["user", "promote", "nobody@example.org", *folder]) == 1
    assert main(["user", "reset", "anna@example.org", *folder]) == 0


def test_a_password_comes_by_standard_input_only(site: Path) -> None:
    create = ["user", "create", "anna@example.org", "--name", "Anna", "--dir", site]
    weak = run_forum(*create, "--password-stdin", stdin="short\n")
    assert weak.returncode == 1
    assert weak.stderr.count("\n") == 1
    good = run_forum(*create, "--password-stdin", stdin="vier zufällige Wörter hier\n")
    assert (good.returncode, good.stdout) == (0, "Made anna@example.org.\n")


def test_a_plugin_is_switched_and_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--dir", str(root)]

    def tell_state(*arguments: str) -> str:
        capsys.readouterr()
        assert main(["plugin", "list", *arguments, *folder]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        return next(words[2] for words in lines if words[0] == "polls")

    assert tell_state() == "off"
    assert main(["plugin", "on", "polls", "--area", "bund", *folder]) == 0
    assert capsys.readouterr().out == "polls is on in bund.\n"
    assert tell_state("--area", "bund") == "on"
    assert main(["plugin", "off", "polls", "--reason", "Probe", *folder]) == 0
    assert tell_state() == "off"


def test_a_broken_plugin_and_safe_mode_are_said(root: Path, tmp_path: Path) -> None:
    package = tmp_path / "broken-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[forum.plugins]\nbroken = nowhere_at_all\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        answer = run_forum("plugin", "list", "--dir", root)
        safe = run_forum("plugin", "list", "--dir", root, safe_mode="1")
    assert answer.returncode == 1
    assert re.search(r"^broken +not loaded: .*nowhere_at_all", answer.stdout, re.M)
    assert re.search(r"^polls ", answer.stdout, re.M)
    assert (safe.returncode, safe.stdout) == (0, "safe mode: no plugin is loaded\n")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["plugin", "on", "nobody"], 1, "forum: no plugin nobody is loaded; see: forum plugin"),
        (["plugin", "on", "polls", "--area", "x"], 1, "forum: no area has the address x"),
        (["import", "nobody", __file__, "--area", "bund"], 2, "forum: No source nobody. Known"),
        (["import", "mbox", "/no/file", "--area", "bund"], 2, "forum: Invalid value for 'FILE'"),
        (["search", "x", "--as", "nobody@example.org"], 2, "forum: no active member has the"),
    ],
)
def test_what_is_not_there_is_named(
    root: Path, arguments: list[str], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--dir", str(root)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(line)


def test_a_site_that_is_not_set_up_has_no_root(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugin", "list", "--dir", str(site)]) == 1
    assert capsys.readouterr().err == "forum: the site is not set up yet\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["db", "check"],
        ["db", "upgrade"],
        ["user", "create", "anna@example.org", "--name", "Anna"],
        ["plugin", "list"],
        ["demo"],
        ["serve"],
    ],
    ids=" ".join,
)
def test_a_damaged_database_is_said_in_one_line(data_dir: Path, arguments: list[str]) -> None:
    data_dir.mkdir()
    (data_dir / "forum.db").write_bytes(b"not a database " * 1_000)
    answer = run_forum(*arguments, "--dir", data_dir, log_level="error")
    assert answer.returncode == 1
    assert answer.stderr == (
        "forum: the database cannot be read: file is not a database; "
        "restore a backup or choose another --dir\n"
    )


def test_a_place_for_the_demo_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = run_forum("demo", "--dir", tmp_path / "file" / "data")
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"forum: {tmp_path}/file/data: not writable (Not a directory)")
    assert answer.stderr.count("\n") == 1


def test_arguments_that_are_no_text_are_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["plugin", "on", "polls", "--area", "b\udcffnd"],
        ["user", "create", "anna@example.org", "--name", "An\udcffna"],
        ["search", "\udcff", "--as", "anna@example.org"],
    ):
        assert main([*arguments, "--dir", str(root)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"forum: '[^']*\\udcff[^']*' is not valid UTF-8\. See: .*\n", err)


def test_what_the_disk_refuses_is_said_in_one_line(site: Path) -> None:
    """The full disk itself: everything written to /dev/full is refused by the kernel."""
    (site / "served-at").symlink_to("/dev/full")
    answer = run_forum("serve", "--dir", site, "--port", free_port())
    assert answer.returncode == 1
    assert answer.stderr == (
        "forum: No space left on device; mend the rights or make room, then try again\n"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["add", "bund", "127.0.0.1"], "Das ist kein Name eines Rechners. Schreib ihn wie"),
        (["add", "bund", "https://ni.example.org"], "Das ist kein Name eines Rechners. Schreib"),
        (["add", "bund", "bund.example.org"], "bund.example.org führt schon zu bund."),
        (["add", "bund", "forum.example.org"], "Das ist der Name der Seite selbst; er führt"),
        (["add", "nirgends", "a.example.org"], "no area has the address nirgends"),
        (["remove", "bund", "a.example.org"], "a.example.org does not lead to bund"),
        (["remove", "bund", "?"], "? does not lead to bund"),
        (["list", "nirgends"], "no area has the address nirgends"),
    ],
)
def test_a_name_of_a_host_that_cannot_be_is_refused_in_one_line(
    root: Path,
    arguments: list[str],
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FORUM_PUBLIC_URL", "https://forum.example.org")
    folder = ["--dir", str(root)]
    assert main(["area", "host", "add", "bund", "bund.example.org", *folder]) == 0
    capsys.readouterr()
    assert main(["area", "host", *arguments, *folder]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"forum: {line}")
    assert main(["area", "host", "list", *folder]) == 0
    assert capsys.readouterr().out == "bund.example.org bund\n"
