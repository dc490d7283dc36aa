"""A small federation as the tests of home need it: every visibility, a seal, a canary in each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.testing.builders import login, make_area, make_topic, make_user

_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
_CANARY = re.compile(r"KANARIE-(\w+)")
PEOPLE = ("anke", "insider", "chef", "neu")


@dataclass
class Browser:
    """A client that reads pages and presses buttons."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status
        return answer

    def text(self, path: str) -> str:
        """Return a page as one reads it, entities resolved."""
        return unescape(self.get(path).text)

    def canaries(self, path: str) -> set[str]:
        """Return which canaries sing on a page."""
        return {*_CANARY.findall(self.get(path).text)}

    def press(self, path: str, *, page: str, **fields: str) -> TestResponse:
        """Send a one-button form of a page."""
        token = _TOKEN.search(self.get(page).text)
        assert token is not None
        return self.client.post(path, data={"csrf_token": token[1], **fields})


@dataclass
class Federation:
    """Ids by name. `chef` is admin of the root, `insider` sits where others may not look."""

    app: Flask
    users: dict[str, int]
    areas: dict[str, int]

    def visit(self, name: str | None = None) -> Browser:
        """Open the forum as somebody, or as nobody."""
        client = self.app.test_client()
        return Browser(client if name is None else login(client, self.users[name]))


def build(app: Flask) -> Federation:
    """Make people, areas and in each area a topic whose title is its canary."""
    users = {name: make_user(app, name.title()) for name in PEOPLE}
    anke, insider, chef = users["anke"], users["insider"], users["chef"]
    root = make_area(
        app,
        "Zukunftskommunen",
        slug="bund",
        kind="federation",
        summary="Wir finden es heraus.",
        joining="none",
        members={chef: "admin"},
    )
    areas = {"bund": root}
    for slug, wanted in {
        "land": {"kind": "region", "visibility": "members", "members": {anke: "member"}},
        "offen": {"visibility": "public"},
        "recht": {"visibility": "members", "kind": "committee"},
        "kreis": {"visibility": "listed", "joining": "apply", "summary": "Nur auf Anfrage."},
        "geheim": {"visibility": "hidden", "joining": "invite"},
        "rat": {"visibility": "hidden", "sealed": True, "joining": "invite"},
    }.items():
        members = {insider: "admin", **wanted.pop("members", {})}
        areas[slug] = make_area(app, slug.title(), slug=slug, members=members, **wanted)
    for slug, area_id in areas.items():
        author = chef if slug == "bund" else insider
        make_topic(app, area_id, author=author, title=f"KANARIE-{slug}", source=f"Rund um {slug}.")
    return Federation(app, users, areas)
