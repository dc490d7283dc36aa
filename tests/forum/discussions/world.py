"""The small federation that the tests of discussions talk in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.areas.operations import NewArea, NewMember, add_members, create_areas
from forum.areas.queries import get_scope, get_standing
from forum.areas.scope import Scope
from forum.areas.spec import AreaSpec
from forum.core.database import read_unit, unit, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.discussions import operations, queries
from forum.discussions.operations import NewPost, TopicDraft
from forum.discussions.queries import PostPage, TopicPage

T = TypeVar("T")
JOINED = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("anke", "deniz", "petra", "joerg", "fremd", "moderatorin", "kernteam")
MEMBERS = (
    ("anke", "recht", "member"),
    ("deniz", "recht", "member"),
    ("petra", "recht", "member"),
    ("joerg", "recht", "member"),
    ("anke", "zu", "member"),
    ("anke", "kreis", "member"),
    ("moderatorin", "recht", "moderator"),
    ("moderatorin", "kreis", "moderator"),
    ("kernteam", "recht", "editor"),
)


@dataclass
class World:
    """Ids by name, and a way to act as each member."""

    app: Flask
    users: dict[str, int]
    areas: dict[str, int]

    @contextmanager
    def acting(self, name: str, slug: str = "recht") -> Iterator[Scope]:
        """Write as a member in an area; committed at the end."""
        with self.app.app_context(), unit():
            viewer = Viewer(self.users[name])
            with as_viewer(viewer):
                yield get_scope(viewer, slug)

    def start(self, name: str = "anke", slug: str = "recht", **kw: Any) -> NewPost:
        """Start a topic."""
        draft = TopicDraft(**{"title": "Beiträge?", "source": "Wie macht ihr das?", **kw})
        with self.acting(name, slug) as scope:
            return operations.start_topic(scope, draft)

    def reply(
        self, name: str, topic: int, text: str = "So.", parent: int | None = None, **kw: Any
    ) -> NewPost:
        """Reply to a topic or a post."""
        with self.acting(name, kw.pop("slug", "recht")) as scope:
            return operations.reply(scope, topic, source=text, parent_seq=parent, **kw)

    def seeing(self, name: str | None, ask: Callable[[Viewer], T]) -> T:
        """Ask a query as a member, or as nobody."""
        viewer = Viewer(self.users[name] if name else None)
        with self.app.app_context(), read_unit(), as_viewer(viewer):
            return ask(viewer)

    def page(self, name: str | None, topic: int) -> TopicPage:
        """A topic's page as a member gets it."""
        return self.seeing(name, lambda viewer: queries.get_topic_page(get_standing(viewer), topic))

    def posts(self, name: str | None, topic: int, **kw: Any) -> PostPage:
        """A page of posts as a member gets it."""
        return self.seeing(name, lambda _viewer: queries.list_posts(topic, **kw))

    def rows(self, statement: Any) -> list[Any]:
        """Read rows past the wall."""
        with self.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
            return [*session.execute(statement)]


def build_world(app: Flask) -> World:
    """Make users and areas: `bund` above `recht`, `kreis` and `zu`, which is hidden and sealed."""
    with app.app_context(), unit() as session:
        rows = [{"handle": name, "name": name.title(), "state": "active"} for name in NAMES]
        extra = {"name_key": "", "created_at": JOINED}
        statement = sa.insert(User).returning(User.id, sort_by_parameter_order=True)
        ids = session.scalars(statement, [{**row, **extra} for row in rows]).all()
        users = dict(zip(NAMES, ids, strict=True))
        areas = create_areas(
            [
                _area("bund", "federation", "public", parent=None, everyone=True),
                _area("recht", "topic", "members"),
                _area("kreis", "region", "members"),
                _area("zu", "committee", "hidden", sealed=True),
            ]
        )
        add_members(
            NewMember(area_id=areas[slug], user_id=users[name], role=role, starts_at=JOINED)
            for name, slug, role in MEMBERS
        )
    return World(app, users, areas)


def _area(
    slug: str, kind: str, visibility: str, *, parent: str | None = "bund", **kw: Any
) -> NewArea:
    spec = AreaSpec(name=slug.title(), slug=slug, kind=kind, visibility=visibility, **kw)
    return NewArea(spec=spec, parent=parent)
