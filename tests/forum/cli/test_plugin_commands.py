"""`forum <plugin> …`: commands that plugins bring, and those that cannot be loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forum.cli import COMMANDS, main

EXAMPLES = "tests.forum.plugin.examples"
POINTS = f"""[forum.plugins]
notes = {EXAMPLES}.notes.plugin
kudos = {EXAMPLES}.kudos
badcommands = tests.broken_plugins.badcommands.plugin
db = {EXAMPLES}.notes.plugin
misnamed = {EXAMPLES}.notes.plugin
gone = nowhere.at_all.plugin
"""


@pytest.fixture
def site(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of this version, with the example and broken plugins installed."""
    installed = tmp_path / "installed"
    metadata = installed / "notes-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: notes\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setenv("FORUM_PLUGINS", "notes")
    data_dir.mkdir()
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    return data_dir


def test_help_lists_the_commands_of_plugins(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    names = re.findall(r"^  ([a-z]+) ", out, re.M)
    assert names == sorted({*COMMANDS, "badcommands", "badges", "crosspost", "misnamed", "notes"})
    assert re.search(r"^  notes +Count notes\.$", out, re.M)
    assert re.search(r"^  badcommands +Cannot be loaded: SystemExit: kaputt", out, re.M)


def test_a_command_runs_inside_the_site(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["notes", "count", "a", "b", "--dir", str(site)]) == 0
    assert capsys.readouterr().out == "2 notes, sqlite\n"
    assert main(["notes", "count", "--least", "1", "--dir", str(site)]) == 1
    assert capsys.readouterr().err == "forum: zu wenige\n"
    assert main(["notes", "--help"]) == 0
    assert "Example: forum notes count --dir data" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (
            ["badcommands"],
            1,
            "forum: the commands of plugin badcommands cannot be loaded: SystemExit: kaputt und m",
        ),
        (["misnamed"], 1, "forum: the commands of plugin misnamed cannot be loaded: `command` in"),
        (["kudos"], 2, "forum: No such command 'kudos'. See: forum --help"),
        (["gone"], 2, "forum: No such command 'gone'. See: forum --help"),
        (["notes", "count", "--least", "x"], 2, "forum: Invalid value for '--least'"),
        (["notes", "count", "--dir", "/nowhere"], 2, "forum: /nowhere: no such directory"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    site: Path, arguments: list[str], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(arguments) == code
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.startswith(line)


def test_a_plugin_that_is_not_loaded_runs_nothing(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_PLUGINS", "")
    capsys.readouterr()
    assert main(["notes", "count", "--dir", str(site)]) == 2
    line = "forum: plugin notes is not loaded here; see: forum plugin list\n"
    assert capsys.readouterr() == ("", line)


def test_a_command_of_ours_cannot_be_taken(site: Path) -> None:
    assert main(["db", "upgrade", "--dir", str(site)]) == 0
