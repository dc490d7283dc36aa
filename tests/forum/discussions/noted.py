"""A site with the example `notes` on in one area, for tests of directives and slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core.database import unit, unscoped
from forum.discussions import operations
from forum.discussions.models import Post
from forum.testing.builders import (
    acting,
    login,
    make_area,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from tests.forum.plugin.examples.notes import plugin as notes

MakeApp = Callable[..., Flask]


@dataclass
class Site:
    """An app with the example on in one area, where Deniz may write."""

    app: Flask
    deniz: int
    here: int
    topic: int

    def write(self, source: str) -> int:
        return make_post(self.app, self.topic, author=self.deniz, source=source).seq

    def edit(self, seq: int, source: str, *, title: str | None = None) -> None:
        [version] = self.rows(Post.version, Post.seq == seq)
        assert isinstance(version, int)
        with acting(self.app, self.deniz, self.here) as scope:
            operations.edit_post(
                scope, self.topic, seq=seq, source=source, version=version, title=title
            )

    def page(self, viewer: int | None = None) -> str:
        client = self.app.test_client()
        if viewer is not None:
            client = login(client, viewer)
        return client.get(f"/t/{self.topic}", follow_redirects=True).text

    def rows(self, column: object, *where: object) -> list[object]:
        with self.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
            statement = sa.select(column).where(*where)  # type: ignore[call-overload]
            return list(session.scalars(statement))


def build_site(make_app: MakeApp, directory: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Install the example as pip does, and switch it on in the root."""
    metadata = directory / "notes-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: notes\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[forum.plugins]\nnotes = tests.forum.plugin.examples.notes.plugin\n"
    )
    monkeypatch.syspath_prepend(directory)
    app = make_app(strict=False, plugins="notes")
    deniz = make_user(app, "Deniz")
    here = make_area(app, "Hier", slug="hier", members={deniz: "admin"})
    switch_plugin(app, here, "notes")
    topic = make_topic(app, here, author=deniz, title="Worum es geht").topic_id
    notes.told.clear()
    notes.asked.clear()
    return Site(app, deniz, here, topic)
