"""A plugin's rows into a bundle, a plugin out of the database, and why it is on: by commands."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.cli import main
from forum.cli.opening import open_app
from forum.core import migrations
from forum.core.audit import AuditEntry
from forum.core.database import read_unit, unit, unscoped
from forum.core.dirlock import hold_directory
from forum.core.heartbeat import beat
from forum.core.jobs import JobRow
from forum.core.remains import count_remains
from forum.home.models import PluginFigure
from forum.testing.apps import Workshop
from forum.testing.builders import make_area, make_topic, make_user, set_settings, switch_plugin
from forum.testing.databases import Ground, SqliteGround, dispose
from forum.testing.fixtures import MOMENT

POLL = {"polls_options": ("Ja\nNein\nVielleicht",)}


@pytest.fixture
def site(
    any_database: Ground,
    workshop: Workshop,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """A directory with a site of two areas and one poll, on a database of its own."""
    data_dir.mkdir()
    name = f"cycle-{data_dir.parent.name}"[:60]
    postgresql = not isinstance(any_database, SqliteGround)
    if postgresql:
        monkeypatch.setenv("FORUM_DATABASE_URL", workshop.cluster().create(name))
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    app = open_app(data_dir)
    anke = make_user(app, "Anke")
    root = make_area(app, "Bund", slug="bund", members={anke: "admin"})
    area = make_area(app, "Kreis", slug="kreis", parent=root, members={anke: "admin"})
    switch_plugin(app, area, "polls")
    set_settings(app, area, "polls", max_options=7)
    make_topic(app, area, author=anke, title="Bücherbus", kind="poll", extra=POLL)
    with app.app_context(), unit() as session:
        session.add(JobRow(name="polls.close", state="waiting", run_at=MOMENT, created_at=MOMENT))
        session.add(
            PluginFigure(
                plugin="polls",
                hook="render_post_panels",
                day=MOMENT.date(),
                calls=1,
                errors=0,
                slow=0,
                time_us=1,
                statements=0,
            )
        )
    dispose(app)
    yield data_dir
    if postgresql:
        workshop.cluster().drop(name)


def call(site: Path, *arguments: str) -> int:
    """Run `forum plugin` on the site."""
    return main(["plugin", *arguments, "--dir", str(site)])


def list_left(site: Path) -> list[str]:
    """Return the tables and kinds of rows that are there of polls."""
    app: Flask = open_app(site)
    with app.app_context(), read_unit():
        left = [*migrations.list_leftovers("polls"), *count_remains("polls")]
    dispose(app)
    return left


def test_a_bundle_holds_every_row_with_its_sums(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "polls.zip"
    before = list_left(site)
    capsys.readouterr()
    assert call(site, "archive", "polls", str(out)) == 0
    assert f"0 files → {out}\n" in capsys.readouterr().out
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        head = json.loads(archive.read("bundle.json"))
        assert (head["plugin"], head["format"]) == ("polls", 1)
        assert head["revision"] is not None
        for path, told in head["parts"].items():
            content = archive.read(path)
            assert hashlib.sha256(content).hexdigest() == told["sha256"]
            assert content.count(b"\n") == told["rows"]
        tables = {Path(path).stem for path in head["parts"] if path.startswith("tables/")}
        kept = {name for name in before if name.startswith("polls_")}
        assert tables == kept
        options = [json.loads(line) for line in archive.open("tables/polls_option.ndjson")]
        assert [option["text"] for option in options] == ["Ja", "Nein", "Vielleicht"]
        [state] = [json.loads(line) for line in archive.open("core/area_plugin_state.ndjson")]
        assert (state["plugin"], state["state"]) == ("polls", "on")
        assert state["changed_at"].endswith("+00:00")
        [values] = [json.loads(line) for line in archive.open("core/area_plugin_settings.ndjson")]
        assert values["values"] == {"max_options": 7}
    assert list_left(site) == before
    assert list(tmp_path.glob(".polls*")) == []


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("name", "out", "said"),
    [
        ("polls", "there.zip", "there.zip: is there already; choose another name"),
        ("polls", "no/where.zip", "no such directory; make it or choose another name"),
        ("nothing", "new.zip", "nothing is kept of a plugin nothing; see: forum plugin list"),
        ("../etc", "new.zip", "'../etc' is no name of a plugin"),
        ("areas", "new.zip", "'areas' is no name of a plugin"),
    ],
)
def test_what_cannot_be_archived_is_said_in_one_line(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, out: str, said: str
) -> None:
    (tmp_path / "there.zip").write_text("mine")
    capsys.readouterr()
    assert call(site, "archive", name, str(tmp_path / out)) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert not (tmp_path / "new.zip").exists()


def test_a_plugin_goes_when_it_is_on_nowhere_and_leaves_nothing(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "last.zip"
    before = list_left(site)
    assert {"jobs", "figures", "states in areas", "settings in areas"} <= set(before)
    capsys.readouterr()
    assert call(site, "uninstall", "polls", "--yes", "--archive", str(out)) == 1
    line = "forum: polls is on in kreis; first: forum plugin off polls --everywhere\n"
    assert capsys.readouterr().err == line
    assert not out.exists()
    assert list_left(site) == before
    assert call(site, "off", "polls", "--everywhere", "--reason", "zieht um") == 0
    assert call(site, "uninstall", "polls", "--yes", "--archive", str(out)) == 0
    said = capsys.readouterr().out
    assert "polls is gone: its tables, 1 jobs" in said
    assert "Now: pip uninstall forum-polls" in said
    assert zipfile.ZipFile(out).testzip() is None
    assert list_left(site) == []
    app = open_app(site)
    with app.app_context(), read_unit(), unscoped("tests read the whole log") as session:
        actions = session.scalars(
            sa.select(AuditEntry.action)
            .where(AuditEntry.subject == "plugin:polls")
            .order_by(AuditEntry.id)
        ).all()
    dispose(app)
    assert actions[-2:] == ["areas.set_plugin_state", "plugins.uninstall"]
    # The package is gone as well: the site starts without it, its topic is a discussion.
    monkeypatch.setenv("FORUM_PLUGINS", "crosspost")
    assert main(["db", "check", "--dir", str(site)]) == 0


@pytest.mark.database("sqlite")
def test_a_plugin_that_is_not_loaded_goes_as_well(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORUM_PLUGINS", "crosspost")
    out = str(tmp_path / "last.zip")
    # It is not active anywhere now, but would be on the day it is loaded again.
    assert call(site, "uninstall", "polls", "--yes", "--archive", out) == 1
    assert "polls is on in kreis" in capsys.readouterr().err
    monkeypatch.delenv("FORUM_PLUGINS")
    assert call(site, "off", "polls", "--everywhere") == 0
    monkeypatch.setenv("FORUM_SAFE_MODE", "1")
    assert call(site, "uninstall", "polls", "--yes", "--archive", out) == 0
    assert list_left(site) == []


@pytest.mark.database("sqlite")
def test_nothing_goes_beside_a_server_without_a_yes_or_without_a_bundle(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(site, "off", "polls", "--everywhere") == 0
    before = list_left(site)
    capsys.readouterr()
    with hold_directory(site, ("web",)):
        assert call(site, "uninstall", "polls", "--yes") == 2
    assert "another server uses this directory" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert call(site, "uninstall", "polls") == 1
    out = tmp_path / "there.zip"
    out.write_text("mine")
    assert call(site, "uninstall", "polls", "--yes", "--archive", str(out)) == 2
    assert call(site, "uninstall", "search", "--yes") == 2
    assert call(site, "uninstall", "unheard", "--yes") == 1
    assert "no plugin unheard is installed" in capsys.readouterr().err
    assert list_left(site) == before


@pytest.mark.database("postgresql")
def test_a_worker_on_another_host_stands_in_the_way(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(site, "off", "polls", "--everywhere") == 0
    app = open_app(site)
    with app.app_context(), unit():
        beat("worker")
    dispose(app)
    before = list_left(site)
    assert call(site, "uninstall", "polls", "--yes") == 1
    assert "stop the site on all hosts" in capsys.readouterr().err
    assert list_left(site) == before


@pytest.mark.database("sqlite")
def test_why_tells_the_chain_with_who_when_and_the_reason(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    assert call(site, "why", "polls") == 0
    assert "polls is off in bund: nobody said anything" in capsys.readouterr().out
    assert call(site, "why", "polls", "--area", "kreis") == 0
    assert "polls is on in kreis: kreis says so." in capsys.readouterr().out
    assert call(site, "off", "polls", "--everywhere", "--reason", "Erst nach Prüfung") == 0
    capsys.readouterr()
    assert call(site, "why", "polls", "--area", "kreis") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "polls is off in kreis: bund says so for everything below."
    assert lines[1].startswith("→ bund")
    assert lines[1].endswith("“Erst nach Prüfung”")
    assert lines[2].split()[:2] == ["kreis", "on"]
    assert "locked: only bund and areas above it can change this" in lines
    assert call(site, "why", "polls", "--area", "kreis", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["active"], told["locked"], told["source"]) == (False, True, "bund")
    assert [link["state"] for link in told["chain"]] == ["forbidden", "on"]
    assert call(site, "why", "search") == 1
    assert call(site, "why", "nothing") == 1
    assert call(site, "why", "polls", "--area", "nowhere") == 1
    monkeypatch.setenv("FORUM_PLUGINS", "crosspost")
    capsys.readouterr()
    assert call(site, "why", "polls") == 1
    assert capsys.readouterr().err == "forum: off everywhere: polls is not in FORUM_PLUGINS\n"
