"""A browser without JavaScript: opens pages, fills in their forms, presses their buttons."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.core.database import unit
from tests.forum.areas.town import Town

_TAG = re.compile(r"<[^>]+>")


class Visitor:
    """Somebody who is signed in, or nobody."""

    def __init__(self, town: Town, name: str | None = None) -> None:
        self.town = town
        self.client = town.app.test_client()
        if name is None:
            return
        with town.app.app_context():
            with unit():
                token = open_session(town.users[name], proven_by=None, user_agent="", address="::1")
            self.client.set_cookie(cookie_name(), token)

    def get(self, url: str, **kw: Any) -> TestResponse:
        """Open an address."""
        return self.client.get(url, buffered=True, **kw)

    def post(self, url: str, **values: Any) -> TestResponse:
        """Send a form or press a button, with the token of the page it stands on."""
        values.setdefault("csrf_token", self._token())
        return self.client.post(url, data=values, buffered=True)

    def _token(self) -> str:
        page = self.client.get("/a/bund/", buffered=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return found[1] if found else ""

    def sees(self, url: str) -> str:
        """Open a page that must be there and return its words."""
        response = self.get(url, follow_redirects=True)
        assert response.status_code == 200, (url, response.status_code)
        return words(response)


def words(response: TestResponse) -> str:
    """What stands on a page, without tags and runs of blanks."""
    main = re.search(r"<main.*?</main>", response.text, re.DOTALL)
    return " ".join(unescape(_TAG.sub(" ", main[0] if main else response.text)).split())


def errors(response: TestResponse) -> dict[str, str]:
    """The messages at the fields, by the field's id."""
    found = re.findall(r'id="([\w-]+)-error">.*?<span>(.*?)</span>', response.text)
    return {field: unescape(text) for field, text in found}
