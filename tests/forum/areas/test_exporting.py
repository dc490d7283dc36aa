"""The file of an area: what is in it, what must not be, and no half of one."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from forum_polls import operations as polls

from forum.areas.bundle import Bundle, Part
from forum.areas.operations import export_area
from forum.areas.queries import get_system_scope
from forum.cli import main
from forum.core.database import read_unit
from forum.core.errors import ConfigError, Denied
from forum.discussions import operations as discussions
from forum.discussions.operations import bundling
from forum.moderation import operations as moderation
from forum.testing.builders import (
    acting,
    looking,
    make_area,
    make_post,
    make_topic,
    make_user,
    set_settings,
    switch_plugin,
)


class Place:
    """An area with talk, polls and something of everything that must stay out of its file."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.anke = make_user(app, "Anke", email="anke@geheim.example")
        self.deniz = make_user(app, "Deniz")
        people: Any = {self.anke: "admin", self.deniz: "member"}
        self.root = make_area(app, "Bund", slug="bund")
        self.here = make_area(app, "Hier", slug="hier", members=people)
        self.there = make_area(app, "Dort", slug="dort", members=people, visibility="hidden")
        self.below = make_area(app, "Darunter", slug="darunter", parent=self.here, members=people)
        switch_plugin(app, self.here, "polls")
        set_settings(app, self.here, "polls", max_options=7)
        self.topic = make_topic(app, self.here, author=self.anke, title="Thema").topic_id

    def export(self, name: str = "hier.zip") -> dict[str, Any]:
        """Export the area as the system and return what is in the file."""
        with self.app.app_context():
            with read_unit():
                scope = get_system_scope(self.here)
            export_area(scope, self.folder / name)
        return self.open(name)

    def open(self, name: str) -> dict[str, Any]:
        """Read a bundle, checking its manifest."""
        with zipfile.ZipFile(self.folder / name) as archive:
            found = {path: archive.read(path) for path in archive.namelist()}
        manifest = json.loads(found.pop("manifest.json"))
        parts = manifest["parts"]
        assert sorted(parts) == sorted(found)
        for path, content in found.items():
            lines = content.decode().splitlines()
            told = {"records": len(lines), "sha256": hashlib.sha256(content).hexdigest()}
            assert parts[path] == told
            found[path] = [json.loads(line) for line in lines]  # type: ignore[assignment]
        return {"manifest": manifest, **found}


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Place:
    return Place(app, tmp_path)


def test_it_holds_what_an_area_is_and_what_was_written(place: Place) -> None:
    post = make_post(place.app, place.topic, author=place.deniz, source="Erst")
    with acting(place.app, place.deniz, place.here) as scope:
        discussions.edit_post(scope, place.topic, seq=post.seq, source="Dann", version=1)
        discussions.react(scope, place.topic, seq=1)
    found = place.export()
    assert found["manifest"]["area"]["slug"] == "hier"
    [area] = found["areas/area.ndjson"]
    assert (area["name"], area["visibility"]) == ("Hier", "public")
    held = [(m["handle"], m["role"]) for m in found["areas/members.ndjson"]]
    assert held == [("anke", "admin"), ("deniz", "member")]
    assert found["areas/plugin_states.ndjson"] == [{"plugin": "polls", "state": "on", "reason": ""}]
    [values] = found["areas/plugin_settings.ndjson"]
    assert values["values"] == {"max_options": 7}
    assert [t["title"] for t in found["discussions/topics.ndjson"]] == ["Thema"]
    posts = [(p["author"], p["source"]) for p in found["discussions/posts.ndjson"]]
    assert posts == [("anke", "Wer hat schon einen Entwurf?"), ("deniz", "Dann")]
    assert found["discussions/posts.ndjson"][0]["reactions"] == {"like": 1}
    assert [r["source"] for r in found["discussions/revisions.ndjson"]] == ["Erst"]
    assert (place.folder / "hier.zip").stat().st_mode & 0o777 == 0o600


def test_what_is_hidden_deleted_elsewhere_or_secret_is_not_in_it(place: Place) -> None:
    app = place.app
    closed = make_topic(app, place.there, author=place.anke, title="Kanarie1", source="Kanarie2")
    make_topic(app, place.below, author=place.anke, title="Kanarie3")
    quote = f":::quote post={closed.post_id} by=anke\nKanarie2\n:::\n\nSo ist es."
    make_post(app, place.topic, author=place.anke, source=quote)
    gone = make_post(app, place.topic, author=place.deniz, source="Kanarie4")
    hidden = make_post(app, place.topic, author=place.deniz, source="Kanarie5")
    with acting(app, place.anke, place.here) as scope:
        discussions.edit_post(scope, place.topic, seq=gone.seq, source="Kanarie6", version=1)
        discussions.delete_post(scope, place.topic, seq=gone.seq)
        moderation.hide_post(scope, place.topic, seq=hidden.seq, reason="Kanarie7")
    said = json.dumps(place.export(), ensure_ascii=False)
    assert "Kanarie" not in said
    assert "geheim.example" not in said
    assert "Der zitierte Text steht nicht in diesem Bereich." in said and "So ist es." in said


def test_polls_give_their_tallies_when_they_are_over(place: Place) -> None:
    app = place.app
    extra = {"polls_options": ("Ja\nNein",)}
    make_topic(app, place.here, author=place.anke, kind="poll", title="Wann?", extra=extra)
    [poll] = place.export("offen.zip")["plugins/polls/polls.ndjson"]
    assert poll["question"] == "Wann?" and "voters" not in poll
    assert poll["answers"] == [{"text": "Ja"}, {"text": "Nein"}]
    with acting(app, place.anke, place.here) as scope:
        polls.close_poll(scope, poll["id"])
    [poll] = place.export("zu.zip")["plugins/polls/polls.ndjson"]
    assert poll["voters"] == 0
    assert poll["answers"] == [{"text": "Ja", "votes": 0}, {"text": "Nein", "votes": 0}]


def test_long_lists_are_read_in_pieces(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make_post(place.app, place.topic, author=place.deniz, source=f"Nummer {number}")
    monkeypatch.setattr(bundling, "BATCH", 2)
    assert [p["seq"] for p in place.export()["discussions/posts.ndjson"]] == [1, 2, 3, 4, 5, 6]


def test_only_admins_and_never_over_a_file(place: Place) -> None:
    with looking(place.app, place.deniz, place.here) as scope:
        with pytest.raises(Denied):
            export_area(scope, place.folder / "x.zip")
    place.export()
    with pytest.raises(ConfigError, match="there already"):
        place.export()
    with pytest.raises(ConfigError, match="no such directory"):
        place.export("weg/x.zip")


@pytest.mark.parametrize("name", ["../x", "A", "", "x" * 41, "a/b"])
def test_a_part_has_a_plain_name_once(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        part = Part(Bundle(archive), "plugins/kudos")
        assert part.write("good", iter([{"a": 1}])) == 1
        for wrong in (name, "good"):
            with pytest.raises(ValueError):
                part.write(wrong, [])


def test_the_command(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_dir.mkdir()
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    capsys.readouterr()
    out = str(tmp_path / "x.zip")
    assert main(["area", "export", "weg", out, "--dir", str(data_dir)]) == 1
    assert capsys.readouterr().err == "forum: no area has the address weg\n"
