"""Builders make what the pages would make."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.identity import current
from forum.areas.queries import get_scope_by_id
from forum.core.database import db, read_unit
from forum.core.wall import Viewer, as_viewer
from forum.discussions.models import Post
from forum.testing.builders import (
    add_member,
    login,
    make_area,
    make_operator,
    make_post,
    make_topic,
    make_user,
)


def test_members_write_where_they_belong(app: Flask) -> None:
    anke, bernd = make_user(app, "Anke"), make_user(app, "Bernd")
    root = make_area(app, "Bundesverband", members={anke: "admin"})
    area = make_area(app, "Niedersachsen", parent=root, members={anke: "member"})
    add_member(app, area, bernd, role="moderator")
    topic = make_topic(app, area, author=anke)
    first = make_post(app, topic.topic_id, author=bernd)
    make_post(app, topic.topic_id, author=anke, parent_seq=first.seq)
    viewer = Viewer(bernd)
    with app.app_context(), read_unit(), as_viewer(viewer):
        scope = get_scope_by_id(viewer, area)
        assert (scope.role, scope.member, scope.area.parent_id) == ("moderator", True, root)
        statement = sa.select(Post.seq, Post.depth, Post.author_id).order_by(Post.path)
        rows = db.session.execute(statement).all()
    assert [tuple(row) for row in rows] == [(1, 0, anke), (2, 1, bernd), (3, 2, anke)]


def test_area_without_parent_stands_below_the_root(app: Flask) -> None:
    root, other = make_area(app, "Bund"), make_area(app, "Land")
    viewer = Viewer(None)
    with app.app_context(), read_unit():
        assert get_scope_by_id(viewer, root).area.parent_id is None
        assert get_scope_by_id(viewer, other).area.parent_id == root


def test_login_changes_who_looks(client: FlaskClient, app: Flask) -> None:
    anke, olga = make_user(app), make_operator(app)
    assert client.get("/settings/access").status_code == 303
    assert login(client, anke).get("/settings/access").status_code == 200
    login(client, olga)
    with client:
        client.get("/settings/access")
        user = current()
        assert user is not None
        assert (user.id, user.is_operator) == (olga, True)
