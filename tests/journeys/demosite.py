"""The demo as tests meet it: an application on it, its facts, its visitors."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.operations import renew_feed_key
from forum.core.database import unit
from forum.core.services import service
from forum.testing.builders import login
from tests.journeys.federation import Federation


@dataclass(frozen=True)
class DemoSite:
    """The demo federation as `forum demo` made it, and an application on it."""

    app: Flask
    directory: Path
    facts: Mapping[str, Any]
    federation: Federation

    def visit(self, persona: str | None) -> FlaskClient:
        """Return the browser of a persona, or of nobody."""
        client = self.app.test_client()
        return client if persona is None else login(client, self.find_user(persona))

    def find_user(self, persona: str) -> int:
        """Return a persona's id."""
        email = self.facts["personas"][persona]["email"]
        return int(self.ask("SELECT id FROM user WHERE email = ?", email)[0][0])

    def make_feed_key(self, persona: str) -> str:
        """Return a new key for a persona's feed reader."""
        user_id = self.find_user(persona)
        with self.app.app_context(), unit():
            return renew_feed_key(user_id)

    def forget_limits(self) -> None:
        """Let a test do in a minute what nobody does by hand."""
        with self.app.app_context():
            service("limiter").reset()

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database file, past everything."""
        with closing(sqlite3.connect(self.directory / "forum.db")) as connection:
            return connection.execute(statement, values).fetchall()
