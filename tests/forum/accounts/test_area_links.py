"""An area's invitation lets a newcomer register and makes them a member there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.areas import operations as areas
from forum.areas.models import Grant
from forum.areas.queries import get_scope
from forum.core.database import unit, unscoped
from forum.core.wall import Viewer
from tests.forum.accounts.visitor import PASSWORD, Visitor, link_in, make_member, read_mail


@pytest.fixture
def closed(share_app: Callable[..., Flask]) -> Flask:
    """A site that one joins by invitation only, with its first area."""
    app = share_app(registration="invitation")
    admin = make_member(app, "Olga Operator", "olga@example.org")
    with app.app_context(), unit():
        areas.create_root(
            areas.AreaSpec(name="Bund", kind="federation", visibility="hidden"), admin_id=admin
        )
    return app


def invite(app: Flask, **bounds: str) -> str:
    with app.app_context(), unit():
        return f"/invite/{areas.invite(get_scope(Viewer(1), 'bund'), **bounds)}"


def register(app: Flask, path: str, email: str) -> tuple[int, str | None]:
    visitor = Visitor(app.test_client())
    asked = visitor.send(path, name="Nina Groß", email=email)
    if asked.status_code != 200:
        return asked.status_code, None
    link = link_in(read_mail(app)[-1])
    answer = visitor.send(link, name="Nina Groß", password=PASSWORD)
    return answer.status_code, answer.location


def list_members(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), unit(), unscoped("test") as session:
        rows = session.execute(sa.select(Grant.user_id, Grant.source).order_by(Grant.user_id))
        return [tuple(row) for row in rows]


def test_newcomer_joins_site_and_area(closed: Flask) -> None:
    path = invite(closed)
    page = closed.test_client().get(path)
    assert (page.status_code, "Du bist eingeladen: Bund." in page.text) == (200, True)
    assert register(closed, path, "nina@example.org") == (303, "/a/bund/")
    assert list_members(closed) == [(1, "system"), (2, "invitation")]
    assert closed.test_client().get(path).status_code == 410


def test_link_for_one_address_proves_it_not(closed: Flask) -> None:
    path = invite(closed, email="nina@example.org")
    assert "password" not in closed.test_client().get(path).text.partition("<main")[2]
    assert register(closed, path, "other@example.org") == (422, None)
    assert register(closed, path, "nina@example.org") == (303, "/a/bund/")


def test_member_is_led_to_the_area(closed: Flask) -> None:
    path = invite(closed)
    visitor = Visitor(closed.test_client())
    visitor.sign_in("olga@example.org")
    token = path.rsplit("/", 1)[-1]
    assert visitor.get(path).location == f"/join/{token}"
