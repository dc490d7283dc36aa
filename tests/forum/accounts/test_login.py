"""Signing in and out, and what a session is."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import passwords
from forum.accounts.models import LoginSession, User
from forum.accounts.operations.sessions import open_session
from forum.core import clock as core_clock
from forum.core.database import unit
from forum.core.errors import Denied
from tests.forum.accounts.visitor import PASSWORD, Visitor, make_member

WRONG = "E-Mail-Adresse oder Passwort stimmt nicht."


def test_member_signs_in(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    answer = visitor.sign_in("  ANNA@example.org ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.is_signed_in


def test_cookie_says_nothing_and_is_kept_from_scripts(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    cookies = visitor.sign_in("anna@example.org").headers.getlist("Set-Cookie")
    mine = [line for line in cookies if line.startswith("forum-session=")]
    assert len(mine) == 1
    name, *flags = mine[0].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {*flags}
    with app.app_context(), unit() as session:
        stored = session.scalars(sa.select(LoginSession.token_hash)).one()
    assert stored not in name
    assert len(name.partition("=")[2]) == 43


def test_https_asks_for_a_host_cookie(make_app: Callable[..., Flask]) -> None:
    app = make_app(public_url="https://forum.example.org")
    make_member(app)
    browser = Visitor(app.test_client())
    page = browser.client.get("/login", base_url="https://forum.example.org")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.client.post(
        "/login",
        data={"csrf_token": token, "email": "anna@example.org", "password": PASSWORD},
        base_url="https://forum.example.org",
        headers={"Referer": "https://forum.example.org/login"},
    )
    mine = [c for c in answer.headers.getlist("Set-Cookie") if "-session=" in c]
    assert [c.partition("=")[0] for c in mine] == ["__Host-forum-session"]
    assert "Secure" in mine[0] and "Path=/" in mine[0] and "Domain" not in mine[0]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@example.org", "falsch"),
        ("niemand@example.org", PASSWORD),
        ("niemand@example.org", "falsch"),
        ("keine adresse", PASSWORD),
        ("ghost@example.org", PASSWORD),
        ("anna@example.org", "x" * 1024),
    ],
)
def test_every_wrong_login_reads_the_same(
    app: Flask, visitor: Visitor, email: str, password: str
) -> None:
    make_member(app)
    ghost = make_member(app, "Geist", "ghost@example.org")
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == ghost).values(password_hash=None))
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not visitor.is_signed_in


def test_answers_differ_in_nothing_but_what_was_typed(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    tokens = visitor.tokens("/login")
    texts = []
    for email in ("anna@example.org", "nina@example.org"):
        data = {**tokens, "email": email, "password": "falsch"}
        text = visitor.client.post("/login", data=data).text.replace(email, "")
        # The tokens of the answer carry the second in which they were made.
        texts.append(re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", text))
    assert texts[0] == texts[1]


def test_suspended_member_is_told_after_the_password(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(state="suspended"))
    assert WRONG in visitor.sign_in("anna@example.org", "falsch").text
    assert "gesperrt" in visitor.sign_in("anna@example.org").text
    assert not visitor.is_signed_in


def test_suspension_ends_sessions_at_once(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    visitor.sign_in("anna@example.org")
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(state="suspended"))
    assert not visitor.is_signed_in


def test_guessing_one_account_is_slowed_down(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    tokens = visitor.tokens("/login")
    data = {**tokens, "email": "anna@example.org", "password": "falsch"}
    statuses = [visitor.client.post("/login", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert visitor.sign_in("anna@example.org").status_code == 429


def test_unknown_accounts_are_slowed_down_alike(visitor: Visitor) -> None:
    data = {**visitor.tokens("/login"), "email": "niemand@example.org", "password": "falsch"}
    statuses = [visitor.client.post("/login", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_right_password_starts_the_count_anew(
    app: Flask, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app)
    for _ in range(3):
        for _ in range(5):
            new_visitor().sign_in("anna@example.org", "falsch")
        assert new_visitor().sign_in("anna@example.org").status_code == 303


def test_form_without_token_is_refused(app: Flask, client: FlaskClient) -> None:
    make_member(app)
    data = {"email": "anna@example.org", "password": PASSWORD}
    assert client.post("/login", data=data).status_code == 400
    assert client.post("/logout").status_code == 400


def test_session_is_new_after_signing_in(
    app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app)
    victim, attacker = visitor, new_visitor()
    attacker.client.set_cookie("forum-session", "chosen-by-the-attacker")
    victim.client.set_cookie("forum-session", "chosen-by-the-attacker")
    before = victim.tokens("/login")["csrf_token"]
    victim.sign_in("anna@example.org")
    assert victim.is_signed_in
    assert not attacker.is_signed_in
    assert victim.client.get_cookie("forum-session").value != "chosen-by-the-attacker"  # type: ignore[union-attr]
    stale = victim.client.post("/logout", data={"csrf_token": before})
    assert stale.status_code == 400


def test_signing_in_again_ends_the_session_before(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    make_member(app, "Ben Weiß")
    visitor.sign_in("anna@example.org")
    cookie = visitor.client.get_cookie("forum-session")
    assert cookie is not None
    stolen = app.test_client()
    stolen.set_cookie("forum-session", cookie.value)
    visitor.send("/logout", page="/settings/access")
    assert stolen.get("/settings/access").status_code == 303


def test_logout_ends_it_and_clears_the_browser(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    answer = visitor.send("/logout", page="/settings/access")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not visitor.is_signed_in
    with app.app_context(), unit() as session:
        assert session.scalars(sa.select(LoginSession)).all() == []


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ("/t/12/p/3", "/t/12/p/3"),
        ("/t/12?from=3", "/t/12?from=3"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_login_leads_back_but_never_away(
    app: Flask, visitor: Visitor, wish: str, target: str
) -> None:
    make_member(app)
    answer = visitor.send("/login", email="anna@example.org", password=PASSWORD, next=wish)
    assert answer.location == target


def test_closed_page_leads_to_the_login_and_back(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    answer = visitor.get("/settings/display?x=1")
    assert (answer.status_code, answer.location) == (303, "/login?next=/settings/display?x%3D1")
    fragment = visitor.get("/settings/display", headers={"X-Fragment": "x"})
    assert fragment.status_code == 401


def test_sessions_expire(app: Flask, visitor: Visitor, clock: Callable[..., None]) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    start = core_clock.now()
    for days in range(20, 180, 20):
        clock(start + timedelta(days=days))
        assert visitor.is_signed_in
    clock(start + timedelta(days=181))
    assert not visitor.is_signed_in


def test_idle_sessions_expire_sooner(
    app: Flask, visitor: Visitor, clock: Callable[..., None]
) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    clock(core_clock.now() + timedelta(days=31))
    assert not visitor.is_signed_in


def test_last_seen_is_written_once_a_minute(
    app: Flask, visitor: Visitor, clock: Callable[..., None]
) -> None:
    user_id = make_member(app)
    visitor.sign_in("anna@example.org")
    start = core_clock.now()

    def seen() -> object:
        with app.app_context(), unit() as session:
            return session.scalar(sa.select(User.last_seen_at).where(User.id == user_id))

    assert visitor.is_signed_in and seen() is None
    clock(start + timedelta(seconds=61))
    assert visitor.is_signed_in and seen() == start + timedelta(seconds=61)
    clock(start + timedelta(seconds=90))
    assert visitor.is_signed_in and seen() == start + timedelta(seconds=61)


def test_one_statement_says_who_it_is(
    app: Flask, visitor: Visitor, statements: Callable[..., list[str]]
) -> None:
    make_member(app)
    assert statements(lambda: visitor.get("/login")) == []
    visitor.sign_in("anna@example.org")
    seen = statements(lambda: visitor.get("/settings/display"))
    assert len([text for text in seen if "user.name" in text.replace('"', "")]) == 1
    assert statements(lambda: visitor.get("/look/-/1d5c96.0.css")) == []


def test_stray_cookies_of_others_change_nothing(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.client.set_cookie("remember_token", "1|abc")
    visitor.client.set_cookie("forum-session", "\u00e4" * 100)
    assert visitor.get("/login").status_code == 200
    visitor.sign_in("anna@example.org")
    assert visitor.is_signed_in


def test_password_at_another_cost_is_hashed_anew(
    app: Flask, make_app: Callable[..., Flask], new_visitor: Callable[[], Visitor]
) -> None:
    user_id = make_member(app)
    dear = make_app(password_cost="normal")
    assert Visitor(dear.test_client()).sign_in("anna@example.org").status_code == 303
    with app.app_context(), unit() as session:
        stored = session.scalar(sa.select(User.password_hash).where(User.id == user_id))
    assert stored is not None and "m=65536" in stored
    assert Visitor(dear.test_client()).sign_in("anna@example.org").status_code == 303


def test_answers_about_a_person_are_never_kept(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    for path in ("/settings/access", "/u/anna-mueller", "/login"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"


def test_hashing_holds_no_write_lock(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    tokens = visitor.tokens("/login")
    slots = [passwords._slots.acquire() for _ in range(passwords.AT_ONCE)]
    statuses = []

    def sign_in() -> None:
        data = {**tokens, "email": "anna@example.org", "password": PASSWORD}
        statuses.append(visitor.client.post("/login", data=data).status_code)

    waiting = threading.Thread(target=sign_in)
    waiting.start()
    try:
        waiting.join(0.5)
        start = time.perf_counter()
        with app.app_context(), unit() as session:
            session.execute(sa.update(User).where(User.id == user_id).values(bio="written"))
        took = time.perf_counter() - start
    finally:
        for _ in slots:
            passwords._slots.release()
        waiting.join()
    assert took < 2
    assert statuses == [303]


def test_password_changed_while_it_was_verified_lets_nobody_in(
    app: Flask, visitor: Visitor
) -> None:
    user_id = make_member(app)
    with app.app_context(), pytest.raises(Denied), unit():
        open_session(user_id, proven_by="another hash", user_agent="", address="")
