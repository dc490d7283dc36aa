"""Who may reply, asked for many at once, equals what each of them is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.areas.models import Area
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.areas.rules import can_reply, list_repliers
from forum.core import clock
from forum.core.database import unit, unscoped
from forum.core.errors import NotFound
from forum.core.wall import Viewer
from forum.testing.builders import add_member, make_area, make_user
from forum.testing.statements import count_statements

ROLES: Any = ("member", "editor", "moderator", "admin")


def can(user: int, area: int) -> bool:
    try:
        return can_reply(get_scope_by_id(Viewer(user), area))
    except NotFound:
        return False


@pytest.mark.parametrize("replies_by", ["members", "site", "editors"])
@pytest.mark.parametrize("visibility", ["public", "members", "hidden"])
@pytest.mark.parametrize("kind", ["plain", "everyone", "sealed", "archived"])
def test_many_at_once_are_told_what_each_is_told(
    app: Flask, replies_by: str, visibility: str, kind: str
) -> None:
    people = [make_user(app, f"Mitglied {number}") for number in range(12)]
    root = make_area(app, "Bund")
    spec: Any = {"replies_by": replies_by, "visibility": visibility}
    flags = {"everyone": {"everyone": True}, "sealed": {"sealed": True}}.get(kind, {})
    above = make_area(app, "Land", parent=root)
    here = make_area(app, "Kreis", parent=above, **spec, **flags)
    beside = make_area(app, "Nachbarkreis", parent=above)
    for place, users in ((root, people[:3]), (above, people[3:6]), (beside, people[6:8])):
        for user, role in zip(users, ("member", "editor", "admin"), strict=False):
            add_member(app, place, user, role=role)
    for user, role in zip(people[7:11], ROLES, strict=True):
        add_member(app, here, user, role=role)
    if kind == "archived":
        with app.app_context(), unit(), unscoped("tests archive") as session:
            past = clock.now() - timedelta(days=1)
            session.execute(sa.update(Area).where(Area.id == here).values(archived_at=past))
    with app.app_context():
        area = get_system_scope(here).area
        with count_statements() as seen:
            found = list_repliers(area, people)
        assert len(seen) <= 2
        assert found == {user for user in people if can(user, here)}
        assert list_repliers(area, []) == set()
    if kind == "plain":
        assert 2 <= len(found) <= 12
