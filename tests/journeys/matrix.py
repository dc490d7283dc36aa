"""Calls routes as everybody of the scene, and puts the database back after what worked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts.identity import cookie_name
from forum.accounts.operations import make_access_token
from forum.core.database import unit
from forum.core.services import service
from forum.testing.apps import forget_files
from forum.testing.builders import login
from forum.testing.databases import Ground
from tests.journeys.routes import Entry
from tests.journeys.scene import Scene
from tests.journeys.spec import Outcome, Role

LOGIN = "/login"
API = "api."


@dataclass(frozen=True)
class Browser:
    """The cookies of one role, the token its forms carry, the one its programs carry."""

    cookies: Mapping[str, str]
    token: str
    access: str = ""


@dataclass
class Matrix:
    """An application with the scene in it."""

    app: Flask
    ground: Ground
    scene: Scene
    browsers: dict[Role, Browser] = field(default_factory=dict)

    @property
    def is_cheap(self) -> bool:
        """Whether putting back costs little: PostgreSQL copies a whole database."""
        return self.ground.kind == "sqlite"

    def open_browsers(self) -> None:
        """Sign everybody in, once; their sessions are part of what is put back to, as are files."""
        shutil.copytree(self._uploads, self._kept_uploads)
        for role in Role:
            client = self.app.test_client()
            if role is not Role.ANONYMOUS:
                login(client, self.scene.people[role])
            page = client.get(LOGIN if role is Role.ANONYMOUS else "/settings/display").text
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found is not None, f"no form for {role}"
            access = "" if role is Role.ANONYMOUS else self._give_access(role)
            self.browsers[role] = Browser(self._take_cookies(client), found[1], access)

    def call(
        self,
        role: Role,
        route: str,
        entry: Entry,
        texts: Mapping[str, Any],
        *,
        token: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send one request as a fresh browser of this role."""
        method, endpoint = route.split()
        browser = self.browsers[role]
        if endpoint.startswith(API):
            return self._call_api(browser, route, entry, texts, headers)
        client = self.app.test_client()
        for name, value in browser.cookies.items():
            client.set_cookie(name, value)
        form: dict[str, str] | None = None
        if method != "GET":
            form = {key: text.format_map(texts) for key, text in entry.form.items()}
            if token:
                form["csrf_token"] = browser.token
        query = {key: text.format_map(texts) for key, text in entry.query.items()}
        return client.open(
            self.build(method, endpoint, entry, texts),
            method=method,
            data=form,
            query_string=query,
            headers=headers,
            buffered=True,
        )

    def _call_api(
        self,
        browser: Browser,
        route: str,
        entry: Entry,
        texts: Mapping[str, Any],
        headers: Mapping[str, str] | None,
    ) -> TestResponse:
        """Send one request as a program of this role; a value in brackets is a list."""
        method, endpoint = route.split()
        told = {key: text.format_map(texts) for key, text in entry.form.items()}
        body = {key: json.loads(t) if t.startswith("[") else t for key, t in told.items()}
        access = {"Authorization": f"Bearer {browser.access}"} if browser.access else {}
        return self.app.test_client().open(
            self.build(method, endpoint, entry, texts),
            method=method,
            json=body if method != "GET" else None,
            headers={**access, **(headers or {})},
            buffered=True,
        )

    def build(self, method: str, endpoint: str, entry: Entry, texts: Mapping[str, Any]) -> str:
        """Return the address of a route in this place."""
        names = max((set(rule) for rule in self._rules[method, endpoint]), key=len)
        given = {name: text.format_map(texts) for name, text in entry.url.items()}
        values = {name: given.get(name, texts.get(name)) for name in names}
        assert None not in values.values(), f"{endpoint}: {values}"
        return self._adapter.build(endpoint, values, method)

    def put_back(self) -> None:
        """Undo what a request has changed."""
        self.ground.restore(self.app)
        forget_files(self.app.config["FORUM"].data_dir)
        shutil.copytree(self._kept_uploads, self._uploads, dirs_exist_ok=True)

    @property
    def _uploads(self) -> Path:
        directory: Path = self.app.config["FORUM"].data_dir
        return directory / "uploads"

    @property
    def _kept_uploads(self) -> Path:
        return self._uploads.with_name("uploads-before")

    @cached_property
    def _adapter(self) -> Any:
        return self.app.url_map.bind("localhost")

    @cached_property
    def _rules(self) -> Mapping[tuple[str, str], list[frozenset[str]]]:
        found: dict[tuple[str, str], list[frozenset[str]]] = {}
        for rule in self.app.url_map.iter_rules():
            for method in rule.methods or ():
                free = frozenset(rule.arguments) - frozenset(rule.defaults or ())
                found.setdefault((method, rule.endpoint), []).append(free)
        return found

    def _give_access(self, role: Role) -> str:
        with self.app.app_context():
            service("limiter").reset()
            with unit():
                return make_access_token(
                    self.scene.people[role], name="Matrix", scopes=["read", "write"]
                )

    def _take_cookies(self, client: FlaskClient) -> dict[str, str]:
        with self.app.app_context():
            names = (cookie_name(), self.app.config["SESSION_COOKIE_NAME"])
        kept = [client.get_cookie(name) for name in names]
        return {cookie.key: cookie.value for cookie in kept if cookie is not None}


def tell_outcome(response: TestResponse, entry: Entry) -> Outcome | str:
    """Say what an answer means; an unexpected status stands for itself."""
    status = response.status_code
    if response.headers.get("Location", "").startswith(f"{LOGIN}?") and status in (302, 303):
        return "refused"
    if status in entry.ok:
        return "in"
    if status in (404, entry.absent):
        return "absent"
    return "refused" if status in (401, 403, 422) else f"status {status}"
