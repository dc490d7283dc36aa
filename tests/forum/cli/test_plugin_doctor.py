"""What is wrong with plugins, which of them breaks what, what an upgrade needs: by commands."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from forum.areas.models import PluginSettings, PluginState
from forum.cli import main
from forum.cli.opening import open_app
from forum.core.clock import now
from forum.core.database import db, unit
from forum.core.jobs import JobRow
from forum.core.migrations import migration_engine
from forum.home.models import PluginTrouble
from forum.testing.builders import make_area, make_topic, make_user, switch_plugin
from forum.testing.databases import dispose
from tests.broken_plugins.test_containment import install


@pytest.fixture
def site(migrated_dir: Path) -> Path:
    """A directory with a root area."""
    app = open_app(migrated_dir)
    make_area(app, "Bund", slug="bund")
    dispose(app)
    return migrated_dir


def call(site: Path, *arguments: str) -> int:
    """Run `forum plugin` on the site."""
    return main(["plugin", *arguments, "--dir", str(site)])


def test_a_site_without_troubles_is_told_so(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert call(site, "doctor") == 0
    assert capsys.readouterr().out == "Nothing is wrong with the plugins.\n"
    assert call(site, "doctor", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_doctor_finds_what_was_left_behind_and_what_fails(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(site)
    with app.app_context():
        with unit() as session:
            area = session.scalars(sa.text("select id from area")).one()
            same = {"area_id": area, "changed_at": now()}
            session.add_all(
                [
                    PluginSettings(plugin="polls", values={"max_options": "x", "alt": 1}, **same),
                    PluginState(plugin="ratsinfo", state="on", **same),
                    JobRow(name="ratsinfo.fetch", state="waiting", run_at=now(), created_at=now()),
                ]
            )
            session.add_all(
                PluginTrouble(
                    at=now(),
                    plugin="polls",
                    hook="render_post_panels",
                    area_id=area,
                    kind=kind,
                    message=message,
                    traceback="",
                )
                for kind, message in [("error", "KeyError: 'x'")] * 2 + [("circuit", "left alone")]
            )
        with migration_engine(app).begin() as connection:
            connection.execute(sa.text("create table altlast_vote (id integer primary key)"))
            connection.execute(
                sa.text("create table alembic_version_altlast (version_num varchar(32))")
            )
    dispose(app)
    capsys.readouterr()
    assert call(site, "doctor") == 1
    out = capsys.readouterr().out
    for line in (
        "PROBLEM polls.render_post_panels failed 2 times in 7 days: KeyError: 'x' →",
        "PROBLEM polls.render_post_panels is left alone in area 1 until",
        "hint    areas or figures still name ratsinfo, which is not installed →",
        "hint    polls in bund: alt, max_options no longer fits, the default holds →",
        "hint    1 jobs ratsinfo.fetch wait for a plugin that is not loaded →",
        "hint    tables of altlast, which is not installed: altlast_vote →",
    ):
        assert line in out
    levels = [line.split()[0] for line in out.splitlines()]
    assert levels == sorted(levels, key=("PROBLEM", "hint").index)
    assert call(site, "doctor", "--json") == 1
    assert {one["level"] for one in json.loads(capsys.readouterr().out)} == {"problem", "hint"}


def test_the_doctor_tells_of_what_is_put_aside_and_of_missing_migrations(
    site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(tmp_path, "oldapi")
    monkeypatch.syspath_prepend(tmp_path)
    app = open_app(site)
    with app.app_context(), migration_engine(app).begin() as connection:
        connection.execute(sa.text("delete from alembic_version_polls"))
        connection.execute(sa.text("update alembic_version_crosspost set version_num = 'neu'"))
        db.session.remove()
    dispose(app)
    capsys.readouterr()
    assert call(site, "doctor") == 1
    out = capsys.readouterr().out
    assert "PROBLEM oldapi is put aside, core: it wants API" in out
    assert "→ install a version of the plugin made for this forum" in out
    assert "PROBLEM the database lacks migrations of polls → forum db upgrade" in out
    assert "PROBLEM the database is newer than this version of crosspost →" in out


def test_bisect_names_the_plugin_that_a_command_stumbles_over(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_PLUGINS", "crosspost,polls")
    capsys.readouterr()
    check = 'case "$FORUM_PLUGINS" in *polls*) exit 3;; esac; test -d "$FORUM_DATA_DIR"'
    assert call(site, "bisect", "--check", check) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Broken by polls"
    assert call(site, "bisect", "--check", "exit 0") == 1
    assert "It is none of the plugins" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("bad\ngood\nbad\n"))
    assert call(site, "bisect") == 0
    out = capsys.readouterr().out
    assert "Start the site with FORUM_PLUGINS='crosspost,polls' and try." in out
    assert out.splitlines()[-1] == "Broken by crosspost"
    assert call(site, "bisect", "--check", "x", "--path", "/") == 2
    assert call(site, "bisect", "--path", "there") == 2
    assert call(site, "bisect", "--path", "/", "--as", "nobody@example.org") == 1


def test_bisect_opens_a_page_strictly_and_leaves_no_trace(
    site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(tmp_path, "raises")
    monkeypatch.syspath_prepend(tmp_path)
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{root}")
    app = open_app(site)
    anke = make_user(app, "Anke", email="anke@example.org")
    area = make_area(app, "Kreis", slug="kreis", visibility="members", members={anke: "admin"})
    switch_plugin(app, area, "raises")
    topic = make_topic(app, area, author=anke)
    dispose(app)
    path = f"/t/{topic.topic_id}"
    capsys.readouterr()
    assert call(site, "bisect", "--path", path) == 1  # strangers never get there
    assert call(site, "bisect", "--path", path, "--as", "anke@example.org") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Broken by raises"
    app = open_app(site)
    with app.app_context(), unit() as session:
        for table in ("login_session", "plugin_trouble"):
            assert session.scalar(sa.text(f"select count(*) from {table}")) == 0
    dispose(app)


def test_the_plan_says_what_blocks_and_what_is_missing(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORUM_PLUGINS", "crosspost,polls")
    capsys.readouterr()
    assert main(["upgrade", "--plan", "--dir", str(site)]) == 0
    out = capsys.readouterr().out
    assert "no migration is missing" in out
    assert "BLOCKS" not in out
    assert main(["upgrade", "--plan", "--api", "2.0", "--json", "--dir", str(site)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["blocks"]) for one in told["plugins"]] == [
        ("crosspost", True),
        ("polls", True),
    ]
    assert main(["upgrade", "--plan", "--api", "zwei", "--dir", str(site)]) == 2
    assert main(["upgrade", "--api", "2.0", "--dir", str(site)]) == 2
    app = open_app(site)
    with app.app_context(), migration_engine(app).begin() as connection:
        connection.execute(sa.text("delete from alembic_version_crosspost"))
        for table in sa.inspect(connection).get_table_names():
            if table.startswith("crosspost_"):
                connection.execute(sa.text(f"drop table {table}"))
    dispose(app)
    capsys.readouterr()
    assert main(["upgrade", "--plan", "--dir", str(site)]) == 0
    assert "migration of crosspost: empty → " in capsys.readouterr().out
    assert main(["upgrade", "--dir", str(site)]) == 0
    assert capsys.readouterr().out == "Upgraded crosspost.\n"


def test_a_plugin_that_does_not_fit_stops_the_upgrade(
    site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(tmp_path, "oldapi")
    monkeypatch.syspath_prepend(tmp_path)
    capsys.readouterr()
    assert main(["upgrade", "--plan", "--dir", str(site)]) == 1
    assert "BLOCKS  it wants API" in capsys.readouterr().out
    assert main(["upgrade", "--dir", str(site)]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error == "forum: oldapi stands in the way; see: forum upgrade --plan"
