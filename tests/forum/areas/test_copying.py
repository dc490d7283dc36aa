"""A new area like another one: what comes along, what is left out, what never comes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.operations import create_user
from forum.areas import operations as areas
from forum.areas.models import Area, Grant, PluginSettings, PluginState
from forum.areas.operations import AreaSpec, make_spec_like
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.cli import main
from forum.cli.opening import open_app
from forum.core.database import read_unit, unit, unscoped
from forum.core.errors import Denied, Invalid
from forum.core.wall import Viewer, as_viewer
from forum.discussions.models import Topic
from forum.testing.builders import (
    add_member,
    login,
    make_area,
    make_topic,
    make_user,
    set_settings,
    switch_plugin,
)
from forum.testing.databases import dispose
from tests.forum.areas.browser import words


class Land:
    """A root with a pattern of an area, its admin, and a neighbour who forbids."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.ada, self.mia = make_user(app, "Ada"), make_user(app, "Mia")
        self.root = make_area(app, "Bund", slug="bund")
        self.ni = make_area(app, "Niedersachsen", slug="ni", members={self.ada: "admin"})
        self.strict = make_area(app, "Streng", slug="streng", members={self.ada: "admin"})
        self.model = make_area(
            app,
            "Kreis Nord",
            slug="nord",
            parent=self.ni,
            kind="region",
            joining="apply",
            summary="Wir im Norden.",
            accent="0d6b50",
            topics_by="editors",
            members={self.mia: "editor", make_user(app, "Ole"): "member"},
        )
        switch_plugin(app, self.model, "polls")
        set_settings(app, self.model, "polls", max_options=7)
        switch_plugin(app, self.strict, "polls", state="forbidden")
        make_topic(app, self.model, author=self.mia, title="Nur hier")

    def copy(self, who: int, below: int, name: str = "Kreis Süd", **how: object) -> areas.Copied:
        """Copy the pattern as somebody."""
        with self.app.app_context(), unit(), as_viewer(Viewer(who)):
            template = get_scope_by_id(Viewer(who), self.model)
            spec = make_spec_like(template, name=name, sealed=False)
            parent = get_scope_by_id(Viewer(who), below)
            return areas.copy_area(template, parent, spec=spec, **how)  # type: ignore[arg-type]

    def read(self, *columns: object, where: object) -> list[tuple[object, ...]]:
        """Read rows past the wall."""
        with self.app.app_context(), read_unit(), unscoped("tests look behind the wall") as session:
            found = sa.select(*columns).where(where)  # type: ignore[call-overload, arg-type]
            return [tuple(row) for row in session.execute(found)]


@pytest.fixture
def land(app: Flask) -> Land:
    return Land(app)


def test_settings_and_plugins_come_along_words_and_people_do_not(land: Land) -> None:
    copied = land.copy(land.ada, land.ni)
    assert copied.left_out == ()
    alike = ("kind", "joining", "summary", "own_accent", "topics_by", "visibility", "plugins")
    columns = [getattr(Area, name) for name in alike]
    assert land.read(*columns, where=Area.id == copied.area_id) == land.read(
        *columns, where=Area.id == land.model
    )
    stated = (PluginState.plugin, PluginState.state)
    assert land.read(*stated, where=PluginState.area_id == copied.area_id) == [("polls", "on")]
    values = land.read(PluginSettings.values, where=PluginSettings.area_id == copied.area_id)
    assert values == [({"max_options": 7},)]
    assert land.read(Grant.id, where=Grant.area_id == copied.area_id) == []
    assert land.read(Topic.id, where=Topic.area_id == copied.area_id) == []


def test_what_is_forbidden_there_is_left_out_and_named(land: Land) -> None:
    copied = land.copy(land.ada, land.strict)
    assert copied.left_out == ("polls",)
    assert land.read(Area.plugins, where=Area.id == copied.area_id) == [([],)]


def test_the_team_comes_when_it_is_asked_for(land: Land) -> None:
    copied = land.copy(land.ada, land.ni, with_team=True)
    held = land.read(Grant.user_id, Grant.role, where=Grant.area_id == copied.area_id)
    assert held == [(land.mia, "editor")]


def test_both_places_ask_for_their_admin(land: Land) -> None:
    add_member(land.app, land.ni, land.mia, role="moderator")
    for who, below in ((land.mia, land.ni), (land.ada, land.root)):
        with pytest.raises(Denied):
            land.copy(who, below)
    other = make_user(land.app, "Nachbar")
    add_member(land.app, land.strict, other, role="admin")
    with pytest.raises(Denied):
        land.copy(other, land.strict)


def test_a_seal_needs_somebody_behind_it(land: Land) -> None:
    with land.app.app_context(), unit(), pytest.raises(Invalid) as refused:
        template, parent = get_system_scope(land.model), get_system_scope(land.ni)
        spec = make_spec_like(template, name="Rat", sealed=True)
        areas.copy_area(template, parent, spec=spec)
    assert refused.value.field == "sealed"
    with land.app.app_context(), pytest.raises(Denied):
        with unit(), as_viewer(Viewer(land.ada)):
            template = get_scope_by_id(Viewer(land.ada), land.model)
            parent = get_scope_by_id(Viewer(land.ada), land.ni)
            areas.copy_area(template, parent, spec=spec, chair_id=land.mia)
    assert land.read(Area.id, where=Area.name == "Rat") == []


def test_the_page_fills_in_what_the_model_says(land: Land) -> None:
    client = login(land.app.test_client(), land.ada)
    assert "Wie ein anderer Bereich" in words(client.get("/a/ni/new-area"))
    page = client.get("/a/ni/new-area?like=nord").text
    assert "Wir im Norden." in page and 'value="0d6b50"' in page
    assert "Kreis Nord</h1>" not in page and 'value="Kreis Nord"' not in page
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {
        "csrf_token": token,
        "name": "Kreis Ost",
        "kind": "region",
        "visibility": "public",
        "joining": "apply",
        "topics_by": "members",
        "replies_by": "members",
        "language": "de",
    }
    refused = client.post("/a/ni/new-area", data={**form, "like": "bund"})
    assert refused.status_code == 422 and "aus der Liste" in refused.text
    made = client.post("/a/ni/new-area", data={**form, "like": "nord"})
    assert (made.status_code, made.location) == (303, "/a/kreis-ost/")
    assert land.read(Area.plugins, Area.topics_by, where=Area.slug == "kreis-ost") == [
        (["polls"], "members")
    ]
    unknown = client.get("/a/ni/new-area?like=gibt-es-nicht")
    assert unknown.status_code == 200 and "Wir im Norden." not in unknown.text


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "upgrade", "--dir", str(tmp_path)]) == 0
    app = open_app(tmp_path)
    with app.app_context(), unit():
        admin = create_user("Anna Beck", "anna@example.org")
        root = areas.create_root(AreaSpec(name="Bund", slug="bund"), admin_id=admin)
        spec = AreaSpec(name="Rat", slug="rat", sealed=True, visibility="hidden")
        areas.create_area(get_system_scope(root), spec, chair_id=admin)
    dispose(app)
    capsys.readouterr()
    call = ["area", "copy", "rat", "--name", "Rat zwei", "--dir", str(tmp_path)]
    assert main(call) == 1
    assert "Nenne den Vorsitz." in capsys.readouterr().err
    assert main([*call, "--chair", "wer@example.org"]) == 1
    assert capsys.readouterr().err == "forum: nobody has the address or handle wer@example.org\n"
    assert main([*call, "--chair", "@anna-beck", "--address", "rat-2"]) == 0
    assert capsys.readouterr().out == "Made rat-2 like rat.\n"
    assert main(["area", "copy", "weg", "--name", "X", "--dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "forum: no area has the address weg\n"
    assert main(["area", "delete", "rat-2", "--dir", str(tmp_path)]) == 2
    assert "say --yes" in capsys.readouterr().err
    assert main(["area", "delete", "rat-2", "--yes", "--dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Deleted rat-2: nothing stood there.\n"
    assert main(["area", "delete", "bund", "--yes", "--dir", str(tmp_path)]) == 1
    assert "oberste Ebene" in capsys.readouterr().err
