"""Nobody is erased by half and no export is handed out by half, whatever a plugin does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from forum.accounts.models import DataExport, User
from forum.accounts.operations import (
    Farewell,
    collect_data,
    erase_user,
    merge_users,
    request_erasure,
    request_export,
)
from forum.accounts.tombstones import FILE
from forum.areas.operations import export_area
from forum.areas.queries import get_system_scope
from forum.core.database import Base, db, read_unit, unit
from forum.core.jobs import JobRow
from forum.core.runner import run_all
from forum.discussions import operations as discussions
from forum.plugin import HookFailed
from forum.testing.builders import acting, make_topic
from tests.broken_plugins.test_containment import POLL, Build, Site, build

__all__ = ["build"]

# What the guard notes about the trouble itself.
NOTES = {"plugin_figure", "plugin_trouble"}


def dump(site: Site) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with site.app.app_context(), db.engines[None].connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in Base.metadata.sorted_tables
            if table.name not in NOTES
        }


def fill(site: Site) -> None:
    """Let Deniz leave traces that core and plugins would have to erase."""
    make_topic(site.app, site.here, author=site.deniz, kind="poll", title="Ja?", extra=POLL)
    with acting(site.app, site.deniz, site.here) as scope:
        discussions.react(scope, site.topic, seq=1, kind="like")


@pytest.mark.parametrize("name", ["spoilserasures", "failsclosed"])
def test_an_erasure_that_a_plugin_cannot_follow_changes_nothing(build: Build, name: str) -> None:
    site = build(name)
    if name != "failsclosed":
        fill(site)
    before = dump(site)
    stones = site.app.config["FORUM"].data_dir / FILE
    with site.app.app_context():
        with pytest.raises(HookFailed, match=name), unit():
            erase_user(site.deniz, Farewell(texts="delete"))
    assert dump(site) == before
    assert not stones.exists()
    assert (name, "erase_user", "error") in site.list_troubles()


def test_a_merge_that_a_plugin_cannot_follow_changes_nothing(build: Build) -> None:
    site = build("spoilserasures")
    fill(site)
    before = dump(site)
    with site.app.app_context():
        with pytest.raises(HookFailed, match="spoilserasures"), unit():
            merge_users(site.deniz, site.anke)
    assert dump(site) == before
    assert ("spoilserasures", "merge_users", "error") in site.list_troubles()


def test_the_job_tries_again_and_shows_what_stops_it(build: Build) -> None:
    site = build("spoilserasures")
    with site.app.app_context():
        with unit():
            request_erasure(site.deniz, Farewell(by=site.anke, reason="Brief"))
        run_all()
    assert site.read(sa.select(User.state).where(User.id == site.deniz)) == [("active",)]
    waiting = sa.select(JobRow.state, JobRow.attempts).where(JobRow.name == "accounts.erase")
    assert site.read(waiting) == [("waiting", 1)]
    errors = site.read(sa.select(JobRow.error).where(JobRow.name == "accounts.erase"))
    assert "spoilserasures" in str(errors)


def test_an_export_that_a_plugin_cannot_fill_is_not_handed_out(build: Build) -> None:
    site = build("spoilserasures")
    with site.app.app_context():
        with pytest.raises(HookFailed):
            collect_data(site.deniz)
        with unit():
            request_export(site.deniz, by=site.deniz)
        run_all()
    assert site.read(sa.select(DataExport.state, DataExport.file)) == [("failed", None)]
    uploads = site.app.config["FORUM"].data_dir / "uploads"
    assert list(uploads.rglob("*.zip")) == []


def test_an_area_that_a_plugin_cannot_write_gets_no_file(build: Build, tmp_path: Path) -> None:
    site = build("spoilsmoves")
    folder = tmp_path / "bundles"
    folder.mkdir()
    with site.app.app_context():
        with read_unit():
            scope = get_system_scope(site.here)
        with pytest.raises(HookFailed, match="spoilsmoves"):
            export_area(scope, folder / "hier.zip")
    assert list(folder.iterdir()) == []
    assert ("spoilsmoves", "export_area", "error") in site.list_troubles()
