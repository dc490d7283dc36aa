"""The first page of an empty site: who may open it, what it makes, and that it works once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import SiteRole, User
from forum.accounts.operations import create_user, promote_user
from forum.areas.models import Area
from forum.core.database import read_unit, unit
from forum.core.wall import Viewer, as_viewer
from forum.home.setup import find_setup_link
from forum.testing.services.smtp import Sink
from tests.forum.accounts.visitor import PASSWORD, Visitor

FORM = {
    "site": "Verbund der Kreise",
    "language": "de",
    "name": "Olga Operator",
    "email": "Olga@example.org",
    "password": PASSWORD,
}


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser without cookies."""
    app.extensions["forum"]["limiter"].reset()
    return Visitor(app.test_client())


def setup_path(app: Flask) -> str:
    with app.app_context(), read_unit():
        link = find_setup_link()
    assert link is not None
    return link.removeprefix("http://localhost")


def test_site_begins_with_its_first_admin(app: Flask, visitor: Visitor) -> None:
    path = setup_path(app)
    assert visitor.get(path).status_code == 200
    answer = visitor.send(path, **FORM)
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.get("/admin/invitations").status_code == 200
    with app.app_context(), unit() as session, as_viewer(Viewer(1)):
        person = session.execute(sa.select(User.name, User.email, User.state)).one()
        roles = session.scalars(sa.select(SiteRole.role).order_by(SiteRole.role)).all()
        area = session.execute(sa.select(Area.name, Area.kind, Area.parent_id, Area.everyone)).one()
    assert tuple(person) == ("Olga Operator", "olga@example.org", "active")
    assert roles == ["operator", "privacy"]
    assert tuple(area) == ("Verbund der Kreise", "federation", None, True)


def test_empty_site_says_how_to_begin_until_it_has(app: Flask, visitor: Visitor) -> None:
    assert "Noch nicht eingerichtet" in visitor.get("/").text
    visitor.send(setup_path(app), **FORM)
    stranger = Visitor(app.test_client())
    assert "Noch nicht eingerichtet" not in stranger.get("/").text


def test_link_is_worth_nothing_afterwards(app: Flask, visitor: Visitor) -> None:
    path = setup_path(app)
    tokens = visitor.tokens(path)
    visitor.send(path, **FORM)
    other = Visitor(app.test_client())
    assert other.get(path).status_code == 410
    again = visitor.client.post(path, data={**tokens, **FORM, "email": "x@example.org"})
    assert again.status_code in (400, 410)
    with app.app_context(), unit() as session:
        assert len(session.scalars(sa.select(User.id)).all()) == 1
        assert find_setup_link() is None


def test_site_with_an_operator_has_no_such_link(app: Flask, visitor: Visitor) -> None:
    path = setup_path(app)
    with app.app_context(), unit():
        create_user("Anna", "anna@example.org")
        promote_user("anna@example.org", "operator")
        assert find_setup_link() is None
    assert visitor.get(path).status_code == 410


@pytest.mark.parametrize("token", ["", "x", "ä", "0" * 40])
def test_without_the_link_there_is_nothing(app: Flask, visitor: Visitor, token: str) -> None:
    assert visitor.get("/setup", query_string={"token": token}).status_code == 404


def test_guessing_the_link_is_slowed_down(app: Flask, visitor: Visitor) -> None:
    statuses = [visitor.get("/setup?token=x").status_code for _ in range(21)]
    assert statuses == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("field", "value"),
    [("site", ""), ("name", ""), ("email", "x"), ("password", "kurz"), ("language", "tlh")],
)
def test_bad_input_is_said_at_the_field_and_kept(
    app: Flask, visitor: Visitor, field: str, value: str
) -> None:
    path = setup_path(app)
    answer = visitor.send(path, **{**FORM, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert setup_path(app) == path


def test_mail_is_tried_at_once(make_app: Callable[..., Flask], smtp_sink: Sink) -> None:
    app = make_app(smtp_url=smtp_sink.url)
    visitor = Visitor(app.test_client())
    path = setup_path(app)
    test = path.replace("/setup?", "/setup/mail?")
    answer = visitor.send(test, page=path, probe="olga@example.org")
    assert answer.status_code == 200
    assert "Die Probe-Mail ist unterwegs" in answer.text
    assert [mail["Subject"] for mail in smtp_sink.messages] == ["Probe-Mail"]
    smtp_sink.refusal = "550 kein Postfach"
    answer = visitor.send(test, page=path, probe="olga@example.org")
    assert "550 kein Postfach" in answer.text


def test_missing_mail_server_is_said_and_stops_nothing(app: Flask, visitor: Visitor) -> None:
    path = setup_path(app)
    assert "FORUM_SMTP_URL" in visitor.get(path).text
    assert visitor.send(path, **FORM).status_code == 303


def test_form_without_token_is_refused(app: Flask, visitor: Visitor) -> None:
    assert visitor.client.post(setup_path(app), data=FORM).status_code == 400
