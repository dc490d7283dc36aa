"""A federation of two branches, chapters on everywhere, with a domain for names of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.api.data import Scope
from forum.testing.builders import (
    acting,
    login,
    looking,
    make_area,
    make_topic,
    make_user,
    set_settings,
    switch_plugin,
)
from forum.testing.fixtures import BuildOnce

DOMAIN = "example.org"
SITE = "http://localhost"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Federation:
    """bund → ni (admin Wiebke, member Anke) → bonn; by (admin Bea, member Ben), its neighbour."""

    app: Flask
    georg: int
    wiebke: int
    anke: int
    bea: int
    ben: int
    root: int
    ni: int
    place: int
    by: int

    def client(self, user: int | None = None, *, host: str = "localhost") -> FlaskClient:
        """A browser, signed in as a member or not at all."""
        browser = self.app.test_client()
        return login(browser, user, host=host) if user is not None else browser

    def send(self, user: int, address: str, **fields: Any) -> TestResponse:
        """Send a form as somebody, with the token of a page of theirs."""
        browser = self.client(user)
        found = _TOKEN.search(browser.get("/settings/display").text)
        assert found is not None
        return browser.post(address, data={"csrf_token": found[1], **fields})

    @contextmanager
    def acting(self, user: int, area: int | None = None) -> Iterator[Scope]:
        """Write as a member."""
        with acting(self.app, user, area or self.ni) as scope:
            yield scope

    @contextmanager
    def looking(self, user: int | None, area: int | None = None) -> Iterator[Scope]:
        """Read as a member or as nobody."""
        with looking(self.app, user, area or self.ni) as scope:
            yield scope

    def write(self, area: int, author: int, title: str) -> int:
        """Start a topic; return its id."""
        return make_topic(self.app, area, author=author, title=title).topic_id


@pytest.fixture
def bund(
    share_app: Callable[..., Flask], build_once: BuildOnce, clock: Callable[[datetime], None]
) -> Federation:
    """The federation on the database at hand, at a standing clock, under an address of its own."""
    return build_once(found_federation, on=share_app(public_url=SITE))


def found_federation(app: Flask) -> Federation:
    """Make the areas and who belongs to them."""
    georg, wiebke, anke, bea, ben = (
        make_user(app, name)
        for name in ("Georg Bund", "Wiebke Nord", "Anke Albers", "Bea Süd", "Ben Bauer")
    )
    root = make_area(app, "Bund", slug="bund", kind="federation", members={georg: "admin"})
    north: Any = {wiebke: "admin", anke: "member"}
    south: Any = {bea: "admin", ben: "member"}
    ni = make_area(app, "Niedersachsen", slug="ni", kind="region", parent=root, members=north)
    place = make_area(
        app,
        "Emden",
        slug="emden",
        kind="region",
        parent=ni,
        visibility="members",
        members={anke: "member"},
    )
    by = make_area(app, "Bayern", slug="by", kind="region", parent=root, members=south)
    switch_plugin(app, root, "chapters")
    set_settings(app, root, "chapters", domain=DOMAIN)
    return Federation(app, georg, wiebke, anke, bea, ben, root, ni, place, by)
