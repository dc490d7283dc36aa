"""A small federation to act in: users, areas, and verbs said by somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.areas import operations, queries
from forum.areas.models import Area, AreaReader, Grant
from forum.areas.operations import AreaSpec
from forum.areas.scope import Scope
from forum.core import clock
from forum.core.database import db, read_unit, unit, unscoped
from forum.core.wall import Viewer, bind_viewer


class Town:
    """Everything by name: users by handle, areas by slug."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.users: dict[str, int] = {}

    @contextmanager
    def writing(self, who: str | None = None) -> Iterator[Viewer]:
        """One write unit as somebody."""
        with self.app.app_context(), unit():
            viewer = self.viewer(who)
            bind_viewer(viewer)
            yield viewer

    @contextmanager
    def reading(self, who: str | None = None) -> Iterator[Viewer]:
        """One read unit as somebody."""
        with self.app.app_context(), read_unit():
            viewer = self.viewer(who)
            bind_viewer(viewer)
            yield viewer

    def viewer(self, who: str | None) -> Viewer:
        return Viewer(None if who is None else self.users[who])

    def add_users(self, *handles: str) -> None:
        with self.writing():
            rows = [
                User(handle=h, name=h.title(), state="active", created_at=clock.now())
                for h in handles
            ]
            db.session.add_all(rows)
            db.session.flush()
            self.users.update({row.handle: row.id for row in rows})

    def found(self, admin: str = "root", **spec: Any) -> int:
        """Make the root, with its admin."""
        if admin not in self.users:
            self.add_users(admin)
        with self.writing(admin):
            values = {"name": "Bund", "slug": "bund", "kind": "federation", **spec}
            return operations.create_root(AreaSpec(**values), admin_id=self.users[admin])

    def add_area(self, slug: str, below: str = "bund", by: str = "root", **spec: Any) -> int:
        """Make an area, named like its slug."""
        chair = spec.pop("chair", None)
        chair_id = None if chair is None else self.users[chair]
        values = {"name": slug.title(), "slug": slug, **spec}
        return self.do(by, below, operations.create_area, AreaSpec(**values), chair_id=chair_id)

    def grant(self, who: str, slug: str, role: str = "member", **kw: Any) -> None:
        """Give a role, by the system."""
        self.as_system(slug, operations.set_role, self.users[who], role=role, **kw)

    def scope(self, who: str | None, slug: str) -> Scope:
        """The area as somebody sees it."""
        with self.reading(who) as viewer:
            return queries.get_scope(viewer, slug)

    def do(self, who: str | None, slug: str, act: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """Call an operation on an area as somebody, in one unit."""
        with self.writing(who) as viewer:
            return act(queries.get_scope(viewer, slug), *args, **kw)

    def as_system(self, slug: str, act: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """Call an operation on an area as the system."""
        with self.writing():
            return act(queries.get_system_scope(slug), *args, **kw)

    def all(self, *columns: Any, where: Any = None) -> list[tuple[Any, ...]]:
        """Select past the wall."""
        with self.reading(), unscoped("tests: look behind the wall") as session:
            statement = sa.select(*columns).order_by(columns[0].class_.__mapper__.primary_key[0])
            if where is not None:
                statement = statement.where(where)
            return [tuple(row) for row in session.execute(statement)]

    def reader_rows(self) -> set[tuple[int, int, bool]]:
        """All rows of the read sets."""
        rows = self.all(AreaReader.area_id, AreaReader.principal, AreaReader.reads)
        return {(a, p, bool(reads)) for a, p, reads in rows}

    def area(self, slug: str) -> Any:
        """The area's row, past the wall."""
        with self.reading():
            return queries.get_system_scope(slug).area

    def grants(self, slug: str) -> set[tuple[str, str, str]]:
        """Who holds what in an area: (handle, role, title)."""
        names = {user_id: handle for handle, user_id in self.users.items()}
        rows = self.all(
            Grant.user_id, Grant.role, Grant.title, where=Grant.area_id == self.area(slug).id
        )
        return {(names[user_id], role, title) for user_id, role, title in rows}

    def reads(self, who: str | None, slug: str) -> bool:
        """Whether somebody reads an area."""
        from forum.core.errors import NotFound

        try:
            return self.scope(who, slug).reads
        except NotFound:
            return False

    def slugs(self) -> list[str]:
        """All addresses, past the wall."""
        return [slug for (slug,) in self.all(Area.slug)]
