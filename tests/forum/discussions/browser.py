"""A member's browser without JavaScript: pages, their forms, their buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.core.database import unit
from tests.forum.discussions.world import World


@dataclass
class Visitor:
    """Opens pages and sends their forms."""

    world: World
    name: str | None
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.world.app.test_client()
        if self.name is None:
            return
        with self.world.app.app_context():
            with unit():
                user_id = self.world.users[self.name]
                token = open_session(user_id, proven_by=None, user_agent="", address="::1")
            cookie = cookie_name()
        self.client.set_cookie(cookie, token)

    def get(self, url: str, **kw: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(url, buffered=True, **kw)

    def open(self, url: str) -> str:
        """Open a page, follow redirects, insist on success."""
        response = self.client.get(url, follow_redirects=True, buffered=True)
        assert response.status_code == 200, response.status
        return response.text

    def post(self, url: str, data: dict[str, Any] | None = None, **kw: Any) -> TestResponse:
        """Send a form with the token of a page that was opened for it."""
        values = {"csrf_token": self.token(), **(data or {})}
        return self.client.post(url, data=values, buffered=True, **kw)

    def token(self) -> str:
        """The CSRF token, from any page of the site."""
        page = self.client.get("/a/bund/").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None, "no form on the page"
        return found[1]
