"""Access tokens: made with the password, shown once, ended by date, hand, password and leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from forum.accounts.models import AccessToken, User
from forum.accounts.operations import (
    Farewell,
    collect_data,
    erase_user,
    make_access_token,
    renew_feed_key,
)
from forum.accounts.operations.access_tokens import AT_MOST, PREFIX
from forum.accounts.operations.upkeep import forget_expired
from forum.accounts.queries import find_feed_reader
from forum.core import clock as core_clock
from forum.core.audit import AuditEntry
from forum.core.database import unit, unscoped
from tests.forum.accounts.visitor import PASSWORD, Visitor, link_in, make_member, read_mail

PAGE = "/settings/tokens"
NOWHERE = "/api/v1/nowhere"
"""Asked by a program whose token holds it is not there (404), by any other refused (401)."""


def give(visitor: Visitor, **fields: object) -> TestResponse:
    """Send the form for a new token."""
    typed = {"name": "Kalender", "scopes": "read write", "days": 30, "proof": PASSWORD}
    return visitor.send(PAGE, **{**typed, **fields})


def shown(answer: TestResponse) -> str:
    """Return the token that a page shows."""
    found = re.search(rf'value="({PREFIX}[^"]+)"', answer.text)
    assert found is not None
    return found[1]


def call(app: Flask, token: str, path: str = NOWHERE) -> TestResponse:
    """Ask as a program."""
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get(path, headers=headers, buffered=True)


def holds(app: Flask, token: str) -> bool:
    """Tell whether a program gets in by the token."""
    status = call(app, token).status_code
    assert status in (401, 404)
    return status == 404


def make_token(app: Flask, user_id: int, **kw: object) -> str:
    with app.app_context(), unit():
        return make_access_token(user_id, **{"name": "Skript", "scopes": ["read"], **kw})  # type: ignore[arg-type]


@pytest.fixture
def member(app: Flask, visitor: Visitor) -> int:
    """A member who is signed in."""
    user_id = make_member(app)
    visitor.sign_in("anna@example.org")
    return user_id


def test_token_is_shown_once_and_kept_as_a_hash(app: Flask, visitor: Visitor, member: int) -> None:
    answer = give(visitor)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    token = shown(answer)
    assert token not in visitor.get(PAGE).text
    assert "Kalender" in visitor.get(PAGE).text
    with app.app_context(), unit() as session:
        row = session.execute(sa.select(AccessToken)).scalar_one()
        assert row.user_id == member and row.scopes == "read write"
        assert token not in repr(vars(row))
    assert holds(app, token)


def test_the_password_is_asked_again(app: Flask, visitor: Visitor, member: int) -> None:
    assert give(visitor, proof="falsch").status_code == 422
    assert give(visitor, days=366).status_code == 422
    assert give(visitor, name=" ").status_code == 422
    assert give(visitor, scopes="admin").status_code == 422
    with app.app_context(), unit() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AccessToken)) == 0


def test_making_and_revoking_is_audited(app: Flask, visitor: Visitor, member: int) -> None:
    token = shown(give(visitor))
    row = re.search(rf"{PAGE}/(\d+)/revoke", visitor.get(PAGE).text)
    assert row is not None
    assert visitor.send(row[0], page=PAGE).status_code == 303
    assert not holds(app, token)
    assert visitor.send(row[0], page=PAGE).status_code == 409
    with app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        wanted = sa.select(AuditEntry.action).where(AuditEntry.action.like("%access_token"))
        assert session.scalars(wanted.order_by(AuditEntry.id)).all() == [
            "accounts.make_access_token",
            "accounts.revoke_access_token",
        ]


def test_nobody_revokes_anothers(app: Flask, visitor: Visitor, member: int) -> None:
    token = make_token(app, make_member(app, "Bert Beck"))
    with app.app_context(), unit() as session:
        token_id = session.scalar(sa.select(AccessToken.id))
    assert visitor.send(f"{PAGE}/{token_id}/revoke", page=PAGE).status_code == 409
    assert holds(app, token)


def test_token_ends_by_its_date(app: Flask, clock: Callable[..., None]) -> None:
    token = make_token(app, make_member(app), days=30)
    clock(core_clock.now() + timedelta(days=30, seconds=-1))
    assert holds(app, token)
    clock(core_clock.now() + timedelta(seconds=1))
    assert not holds(app, token)
    clock(core_clock.now() + timedelta(days=90))
    with app.app_context():
        with unit():
            forget_expired()
        with unit() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(AccessToken)) == 0


def test_token_ends_with_the_password(app: Flask, visitor: Visitor, member: int) -> None:
    token = shown(give(visitor))
    new = {"current": PASSWORD, "password": "ganz andere Wörter hier"}
    visitor.send("/settings/password", page="/settings/access", **new)
    assert not holds(app, token)


def test_key_of_feed_readers_ends_with_the_password(
    app: Flask, visitor: Visitor, member: int
) -> None:
    with app.app_context():
        with unit():
            key = renew_feed_key(member)
        with unit():
            assert find_feed_reader(key) is not None
    new = {"current": PASSWORD, "password": "ganz andere Wörter hier"}
    visitor.send("/settings/password", page="/settings/access", **new)
    with app.app_context(), unit():
        assert find_feed_reader(key) is None


def test_token_ends_with_a_reset(
    app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor], member: int
) -> None:
    token = shown(give(visitor))
    stranger = new_visitor()
    stranger.send("/password/forgot", email="anna@example.org")
    stranger.send(link_in(read_mail(app)[-1]), password="ganz andere Wörter hier")
    assert not holds(app, token)


def test_token_ends_when_its_owner_asks_to_be_erased(
    app: Flask, visitor: Visitor, member: int
) -> None:
    token = shown(give(visitor))
    page = "/settings/data"
    visitor.send(f"{page}/erase", page=page, texts="keep", password=PASSWORD)
    assert not holds(app, token)
    visitor.sign_in("anna@example.org")
    assert not holds(app, token), "who comes back makes another"


def test_token_of_the_suspended_rests(app: Flask) -> None:
    user_id = make_member(app)
    token = make_token(app, user_id)
    for state in ("suspended", "active"):
        with app.app_context(), unit() as session:
            session.execute(sa.update(User).where(User.id == user_id).values(state=state))
        assert holds(app, token) == (state == "active")


def test_an_erasure_takes_tokens_and_an_export_tells_of_them(app: Flask) -> None:
    user_id = make_member(app)
    token = make_token(app, user_id, name="Mein Kalender")
    with app.app_context():
        content = collect_data(user_id)
        assert token.encode() not in content
        with unit():
            rows = erase_user(user_id, Farewell(texts="keep"))
    assert rows["access_token"] == 1
    assert not holds(app, token)


def test_number_of_tokens_is_bounded(app: Flask, visitor: Visitor, member: int) -> None:
    for _ in range(AT_MOST):
        make_token(app, member)
    answer = give(visitor)
    assert answer.status_code == 422
    assert "Widerrufe einen alten" in answer.text


def test_last_use_is_noted_once_a_minute(app: Flask, clock: Callable[..., None]) -> None:
    token, start = make_token(app, make_member(app)), core_clock.now()

    def last_use() -> object:
        with app.app_context(), unit() as session:
            return session.scalar(sa.select(AccessToken.last_used_at))

    assert last_use() is None
    seen = []
    for seconds in (0, 59, 61):
        clock(start + timedelta(seconds=seconds))
        assert holds(app, token)
        seen.append(last_use())
    assert seen == [start, start, start + timedelta(seconds=61)]


def test_what_is_no_token_is_refused(app: Flask) -> None:
    make_member(app)
    token = make_token(app, make_member(app, "Bert Beck"))
    client = app.test_client()
    for header in ("Bearer", "Bearer x", f"Basic {token}", token, f"Bearer {token}x", "Bearer ÿ"):
        answer = client.get(NOWHERE, headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.mimetype == "application/problem+json"
    assert client.get(NOWHERE, headers={"Authorization": f"bearer {token}"}).status_code == 404


def test_the_cookie_counts_for_nothing_and_the_token_opens_no_page(
    app: Flask, visitor: Visitor, member: int
) -> None:
    token = make_token(app, member)
    answer = visitor.get(NOWHERE)
    assert answer.status_code == 404 and answer.mimetype == "application/problem+json"
    assert call(app, token, "/settings/tokens").status_code == 303
