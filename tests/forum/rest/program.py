"""A program as the tests need it, and a small federation for it to read and write in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from forum.accounts.operations import make_access_token
from forum.core.database import unit
from forum.testing.builders import make_area, make_user

BOTH = ("read", "write")


@dataclass(frozen=True)
class Program:
    """Speaks by this token, or for nobody."""

    app: Flask
    token: str = ""

    def send(self, method: str, path: str, **kw: Any) -> TestResponse:
        """Send a request and wait until it is answered for good."""
        headers = dict(kw.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        url = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.app.test_client().open(url, method=method, headers=headers, buffered=True, **kw)

    def get(self, path: str, **kw: Any) -> TestResponse:
        return self.send("GET", path, **kw)

    def post(self, path: str, json: Any, **kw: Any) -> TestResponse:
        return self.send("POST", path, json=json, **kw)


@dataclass
class Town:
    """`bund` is public, `recht` for members of the site, `kreis` listed, `zu` hidden."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)

    def program(self, name: str | None = None, scopes: Any = BOTH) -> Program:
        """Make a token for somebody."""
        if name is None:
            return Program(self.app)
        with self.app.app_context(), unit():
            token = make_access_token(self.people[name], name="Test", scopes=scopes)
        return Program(self.app, token)


def build_town(app: Flask) -> Town:
    town = Town(app)
    for name in ("anke", "moderatorin", "fremd"):
        town.people[name] = make_user(app, name.title())
    members: Any = {town.people["anke"]: "member", town.people["moderatorin"]: "moderator"}
    for slug, visibility in (
        ("bund", "public"),
        ("recht", "members"),
        ("kreis", "listed"),
        ("zu", "hidden"),
    ):
        town.areas[slug] = make_area(
            app, slug.title(), slug=slug, visibility=visibility, members=members
        )
    return town
