"""Broken plugins on real pages with a real database: the page stands, the trouble has a name."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.areas import operations as areas
from forum.areas.models import Area
from forum.areas.queries import get_scope_by_id
from forum.core.consumers import TRIES, EventFailure, run_consumers
from forum.core.database import unit, unscoped
from forum.core.errors import Invalid
from forum.core.events import EventRow
from forum.core.isolation import EndedTransactionError
from forum.core.wall import Viewer
from forum.discussions import operations as discussions
from forum.discussions.models import Post, Topic
from forum.notifications.models import Notification
from forum.plugin import HookFailed
from forum.plugin.circuit import FAILURES
from forum.plugin.dispatch import Dispatcher
from forum.testing.builders import (
    acting,
    login,
    make_area,
    make_operator,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.fixtures import MOMENT, BuildOnce
from tests.forum.cli.conftest import clean_environment

ROOT = Path(__file__).parents[2]
START = """
import os
from pathlib import Path

from forum.app import create_app
from forum.core.config import load_config

app = create_app(load_config(Path.cwd(), os.environ))
for one in app.extensions["forum"]["dispatcher"].loaded.quarantined:
    print(one.reason)
"""
POLL = {"polls_options": ("Ja\nNein",)}


def install(directory: Path, *names: str) -> None:
    """Make plugins known as pip does: by the metadata of a distribution on the path."""
    metadata = directory / "broken-1.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    lines = [f"{name} = tests.broken_plugins.{name}" for name in names]
    (metadata / "entry_points.txt").write_text("\n".join(["[forum.plugins]", *lines, ""]))


@dataclass
class Site:
    """An application with broken plugins and polls, both on, and one topic with a poll."""

    app: Flask
    anke: int
    deniz: int
    root: int
    here: int
    there: int
    topic: int

    @property
    def dispatcher(self) -> Dispatcher:
        """The dispatcher, whose figures tell who failed."""
        dispatcher: Dispatcher = self.app.extensions["forum"]["dispatcher"]
        return dispatcher

    def open(self, url: str) -> str:
        """Open a page as Deniz; it has to work."""
        response = login(self.app.test_client(), self.deniz).get(url, follow_redirects=True)
        assert response.status_code == 200
        return response.text

    def list_troubles(self) -> set[tuple[str, str, str]]:
        """Return plugin, hook and kind of trouble, as the operator's page shows them."""
        troubles = self.dispatcher.stats.snapshot().troubles
        return {(one.plugin, one.hook, one.trouble) for one in troubles}

    def read(self, statement: sa.Select[tuple[object, ...]]) -> list[tuple[object, ...]]:
        """Read rows past the wall."""
        with self.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
            return [tuple(row) for row in session.execute(statement)]


Build = Callable[..., Site]


def found_site(app: Flask) -> Site:
    """Make areas, members and a topic with a poll and a reply."""
    anke, deniz = make_user(app, "Anke"), make_user(app, "Deniz")
    people: Any = {anke: "admin", deniz: "member"}
    root = make_area(app, "Bund", members=people)
    here = make_area(app, "Hier", slug="hier", parent=root, members=people)
    there = make_area(app, "Dort", slug="dort", parent=root, members=people)
    switch_plugin(app, root, "polls")
    topic = make_topic(app, here, author=anke, title="Heil", kind="poll", extra=POLL)
    make_post(app, topic.topic_id, author=deniz, source="Erste Antwort.")
    return Site(app, anke, deniz, root, here, there, topic.topic_id)


@pytest.fixture
def build(
    make_app: Callable[..., Flask],
    build_once: BuildOnce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Build:
    """Build a site that runs these broken plugins, without the strictness of tests."""

    def make(*names: str, switch: bool = True) -> Site:
        install(tmp_path, *names)
        monkeypatch.syspath_prepend(tmp_path)
        app = make_app(strict=False, plugins=",".join(["polls", *names]))
        site = replace(build_once(found_site), app=app)
        for name in names if switch else ():
            if name in app.extensions["forum"]["dispatcher"].loaded.names:
                switch_plugin(app, site.root, name)
        return site

    return make


PAGES = [
    ("raises", {("raises", "render_post_panels", "error")}),
    ("slow", {("slow", "render_post_panels", "slow")}),
    ("wrongtype", {("wrongtype", "render_post_panels", "result")}),
    ("hostile", {("hostile", "render_area_panels", "error")}),
    ("exits", {("exits", "render_area_panels", "error")}),
    ("brokenstatement", {("brokenstatement", "render_post_panels", "error")}),
    ("leaves", {("leaves", "render_post_panels", "error")}),
    ("writes", set()),
    ("endssession", set()),
]


@pytest.mark.parametrize(("name", "troubles"), PAGES, ids=[name for name, _ in PAGES])
def test_the_page_stands_with_what_the_others_show(
    build: Build, name: str, troubles: set[tuple[str, str, str]]
) -> None:
    site = build(name)
    for _ in range(2):
        page = site.open(f"/t/{site.topic}")
        assert "Erste Antwort." in page
        assert "/a/hier/polls/" in page
        assert "Heil" in page
    assert troubles <= site.list_troubles()
    # Under load anybody may be slow; nobody else may fail.
    others = {plugin for plugin, _, trouble in site.list_troubles() if trouble != "slow"}
    assert others <= {name}
    assert site.read(sa.select(Topic.title)) == [("Heil",)]
    assert "Heil" in site.open("/a/hier/")


def test_what_is_slow_is_told_and_shown_all_the_same(build: Build) -> None:
    site = build("slow")
    site.open(f"/t/{site.topic}")
    troubles = site.dispatcher.stats.snapshot().troubles
    assert [one.took_ms >= 260 for one in troubles if one.plugin == "slow"] == [True]


def test_a_statement_that_never_ends_is_ended_and_the_page_stands(build: Build) -> None:
    site = build("endless")
    page = site.open(f"/t/{site.topic}")
    assert "Erste Antwort." in page
    assert "/a/hier/polls/" in page
    assert ("endless", "render_post_panels", "error") in site.list_troubles()
    assert "Heil" in site.open("/a/hier/")


@pytest.mark.parametrize("name", ["raises", "slow"])
def test_what_fails_again_and_again_is_left_alone_where_it_fails(build: Build, name: str) -> None:
    """The circuit: five bad pages, then none; next door goes on, and the operator is told."""
    site = build(name)
    there = make_topic(site.app, site.there, author=site.anke, title="Nebenan")

    def count(area: int) -> int:
        rows = site.dispatcher.stats.snapshot().areas
        found = [row for row in rows if (row.plugin, row.area_id) == (name, area)]
        return sum(row.calls for row in found if row.hook == "render_post_panels")

    site.dispatcher.stats.drain()
    for _ in range(FAILURES + 3):
        assert "Erste Antwort." in site.open(f"/t/{site.topic}")
        site.open("/a/hier/")
    told = [t for t in site.dispatcher.stats.snapshot().troubles if t.trouble == "circuit"]
    assert (name, "render_post_panels", site.here) in [(t.plugin, t.hook, t.area_id) for t in told]
    site.dispatcher.stats.drain()
    site.open(f"/t/{site.topic}")
    assert "Nebenan" in site.open(f"/t/{there.topic_id}")
    assert (count(site.here), count(site.there)) == (0, 1)
    operator = login(site.app.test_client(), make_operator(site.app))
    operator.get("/").close()  # any response carries the troubles into the rows
    assert "pausiert" in operator.get("/admin/plugins").text


FILTERS = ["brokenstatement", "writes", "leaves", "wrongtype"]


@pytest.mark.parametrize("name", FILTERS)
def test_a_post_is_stored_whole_whatever_a_filter_does(build: Build, name: str) -> None:
    site = build(name)
    reply = make_post(site.app, site.topic, author=site.deniz, source="Zweite *Antwort*.")
    assert reply.seq == 3
    assert "<em>Antwort</em>" in site.open(f"/t/{site.topic}")
    assert site.read(sa.select(Topic.title, Topic.reply_count)) == [("Heil", 2)]
    sources = [source for (source,) in site.read(sa.select(Post.source).order_by(Post.seq))]
    assert sources[1:] == ["Erste Antwort.", "Zweite *Antwort*."]
    assert "Kaputt" not in sources


def test_a_filter_that_ends_the_transaction_spoils_it_whole(build: Build) -> None:
    """Half of a post is worse than none: what was written before would be lost, the rest kept."""
    site = build("endssession")
    before = site.read(sa.select(Post.id, Post.source))
    with pytest.raises(EndedTransactionError):
        make_post(site.app, site.topic, author=site.deniz, source="Zweite Antwort.")
    assert site.read(sa.select(Post.id, Post.source)) == before
    assert ("endssession", "filter_post_html", "error") in site.list_troubles()
    assert "Erste Antwort." in site.open(f"/t/{site.topic}")


@pytest.mark.parametrize(
    ("name", "status", "said"), [("vetoes", 422, "Hier nicht."), ("failsclosed", 500, "")]
)
def test_what_a_validator_does_not_let_through_is_not_stored(
    build: Build, name: str, status: int, said: str
) -> None:
    """A veto is told to the author, who keeps the text; a validator that fails lets nobody in."""
    site = build(name)
    before = site.read(sa.select(Post.id))
    client = login(site.app.test_client(), site.deniz)
    page = client.get(f"/t/{site.topic}", follow_redirects=True).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "text": "Noch eine Antwort."}
    answer = client.post(f"/t/{site.topic}/reply", data=form)
    assert answer.status_code == status
    assert said in answer.text
    assert site.read(sa.select(Post.id)) == before
    assert site.open(f"/t/{site.topic}")


@pytest.mark.parametrize("name", ["spoilsmoves", "failsclosed", "commitsearly"])
def test_a_move_that_a_plugin_cannot_follow_does_not_happen(build: Build, name: str) -> None:
    site = build(name)
    events = site.read(sa.select(EventRow.name))
    with pytest.raises(HookFailed), acting(site.app, site.anke, site.here) as scope:
        target = get_scope_by_id(Viewer(site.anke), site.there)
        discussions.move_topic(scope, site.topic, target=target)
    assert site.read(sa.select(Topic.area_id, Topic.title)) == [(site.here, "Heil")]
    assert site.read(sa.select(EventRow.name)) == events
    assert (name, "move_topic", "error") in site.list_troubles()


@pytest.mark.parametrize("name", ["spoilsmoves", "vetoes"])
def test_an_area_does_not_move_or_go_where_a_plugin_cannot_follow(build: Build, name: str) -> None:
    """Whether a plugin fails or refuses: the tree, the talk and the log are as they were."""
    site = build(name) if name != "vetoes" else build_vetoing(build)
    state = sa.select(Area.id, Area.path, Area.name, Area.version).order_by(Area.id)
    before = [site.read(state), site.read(sa.select(Post.id)), site.read(sa.select(EventRow.name))]
    error = HookFailed if name == "spoilsmoves" else Invalid
    with pytest.raises(error), acting(site.app, site.anke, site.here) as scope:
        areas.move_area(scope, get_scope_by_id(Viewer(site.anke), site.there))
    with pytest.raises(error), acting(site.app, site.anke, site.here) as scope:
        areas.delete_area(scope, confirm="hier", reason="Auflösung")
    if name == "spoilsmoves":
        with pytest.raises(HookFailed), acting(site.app, site.anke, site.here) as scope:
            spec = areas.make_spec_like(scope, name="Neu", sealed=False)
            areas.copy_area(scope, get_scope_by_id(Viewer(site.anke), site.there), spec=spec)
        assert (name, "copy_area", "result") in site.list_troubles()
    after = [site.read(state), site.read(sa.select(Post.id)), site.read(sa.select(EventRow.name))]
    assert after == before
    if name == "spoilsmoves":
        assert {(name, "move_area", "error"), (name, "delete_area", "error")} <= (
            site.list_troubles()
        )


def build_vetoing(build: Build) -> Site:
    """Build a site with a plugin that is loaded but on nowhere: it is asked all the same."""
    site = build("vetoes", switch=False)
    assert site.dispatcher.loaded.names >= {"vetoes"}
    return site


@pytest.mark.parametrize(
    ("address", "sent", "said"),
    [
        ("/a/hier/move", {"parent": "dort"}, "Der Bereich bleibt hier."),
        ("/a/hier/delete", {"confirm": "hier", "reason": "x"}, "Der Bereich bleibt."),
    ],
)
def test_a_veto_is_told_to_who_asked_for_it(
    build: Build, address: str, sent: dict[str, str], said: str
) -> None:
    site = build_vetoing(build)
    client = login(site.app.test_client(), site.anke)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert token is not None
    answer = client.post(address, data={"csrf_token": token[1], **sent})
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("name", ["deafworker", "brokenstatement"])
def test_others_hear_of_an_event_that_one_cannot_bear(
    build: Build, clock: Callable[[datetime], None], name: str
) -> None:
    site = build(name)
    work(site)  # a plugin hears what happens from when it is first there
    make_post(site.app, site.topic, author=site.deniz, source="Zweite Antwort.")
    for hour in range(TRIES):
        clock(MOMENT + timedelta(hours=hour))
        work(site)
    assert (name, "on_event", "error") in site.list_troubles()
    failed = site.read(sa.select(EventFailure.consumer).distinct())
    assert failed == [(f"plugin.{name}",)]
    told = site.read(sa.select(Notification.user_id, Notification.kind))
    assert told == [(site.anke, "reply")] * 2


def work(site: Site) -> None:
    """Let the consumers run until nothing is left that can be done now."""
    with site.app.app_context():
        while run_consumers():
            pass


def test_a_misspelt_hook_keeps_its_plugin_out_and_the_forum_starts(build: Build) -> None:
    site = build("misspelt", "raises")
    [left_out] = site.dispatcher.loaded.quarantined
    assert (left_out.name, left_out.rule) == ("misspelt", "hook name")
    assert "Erste Antwort." in site.open(f"/t/{site.topic}")


TABLES = [
    ("grabs", "plugin 'grabs', rule tables: table 'notes' does not begin with 'grabs_'"),
    ("steals", "plugin 'steals', rule import: "),
]


@pytest.mark.parametrize(("name", "reason"), TABLES)
def test_a_plugin_with_foreign_tables_is_left_out(tmp_path: Path, name: str, reason: str) -> None:
    """In a process of its own: what a plugin maps stays mapped until the process ends."""
    install(tmp_path, name)
    answer = subprocess.run(
        [sys.executable, "-c", START],
        env={**clean_environment(plugins=name), "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
    )
    assert answer.stdout.splitlines()[-1].startswith(reason)
