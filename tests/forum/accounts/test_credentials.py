"""Passwords and addresses: changed, forgotten, recovered, and what attackers try on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import LoginSession, User
from forum.core import clock as core_clock
from forum.core.database import unit
from tests.forum.accounts.visitor import PASSWORD, Visitor, link_in, make_member, read_mail

NEW = "ganz andere Wörter hier"


def forget(app: Flask, visitor: Visitor, email: str = "anna@example.org") -> str:
    """Ask for a reset link and return it."""
    assert visitor.send("/password/forgot", email=email).status_code == 200
    return link_in(read_mail(app)[-1])


def test_forgotten_password_is_chosen_anew(
    app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app)
    elsewhere = new_visitor()
    elsewhere.sign_in("anna@example.org")
    link = forget(app, visitor)
    assert visitor.get(link).status_code == 200
    assert visitor.send(link, password=NEW).status_code == 303
    assert visitor.is_signed_in
    assert not elsewhere.is_signed_in
    assert new_visitor().sign_in("anna@example.org").status_code == 422
    assert new_visitor().sign_in("anna@example.org", NEW).status_code == 303
    assert read_mail(app)[-1].subject == "Dein Passwort wurde geändert"


def test_nobody_learns_whether_an_address_is_known(
    app: Flask, visitor: Visitor, statements_seen: list[str]
) -> None:
    make_member(app)
    tokens = visitor.tokens("/password/forgot")
    texts, sent = [], []
    for email in ("anna@example.org", "nina@example.org"):
        before = len(statements_seen)
        answer = visitor.client.post("/password/forgot", data={**tokens, "email": email})
        texts.append((answer.status_code, answer.text.replace(email, "")))
        sent.append(statements_seen[before:])
    assert texts[0] == texts[1]
    assert sent[0] == sent[1] != []
    assert [mail.recipient for mail in read_mail(app)] == ["anna@example.org"]


def test_ghosts_and_suspended_get_no_link(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(state="suspended"))
    visitor.send("/password/forgot", email="anna@example.org")
    assert read_mail(app) == []


def test_reset_link_counts_once_and_not_for_long(
    app: Flask,
    visitor: Visitor,
    new_visitor: Callable[[], Visitor],
    clock: Callable[..., None],
) -> None:
    make_member(app)
    link = forget(app, visitor)
    tokens = visitor.tokens(link)
    assert visitor.client.post(link, data={**tokens, "password": NEW}).status_code == 303
    assert new_visitor().get(link).status_code == 410
    late = forget(app, new_visitor())
    clock(core_clock.now() + timedelta(hours=2))
    assert new_visitor().get(late).status_code == 410


def test_second_link_ends_the_first(app: Flask, new_visitor: Callable[[], Visitor]) -> None:
    make_member(app)
    first, second = forget(app, new_visitor()), forget(app, new_visitor())
    assert new_visitor().get(first).status_code == 410
    assert new_visitor().get(second).status_code == 200


@pytest.mark.parametrize("path", ["/register/confirm", "/address/confirm"])
def test_reset_token_opens_nothing_else(app: Flask, visitor: Visitor, path: str) -> None:
    make_member(app)
    token = forget(app, visitor).partition("?")[2]
    assert visitor.get(f"{path}?{token}").status_code == 410


def test_tokens_of_other_purposes_reset_nothing(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.send("/register", name="Nina", email="nina@example.org")
    visitor.sign_in("anna@example.org")
    page = "/settings/access"
    visitor.send("/settings/address", page=page, email="neu@example.org", proof=PASSWORD)
    links = [link_in(mail) for mail in read_mail(app) if "token=" in mail.text]
    assert [link.partition("?")[0] for link in links] == ["/register/confirm", "/address/confirm"]
    for link in links:
        answer = visitor.get(f"/password/reset?{link.partition('?')[2]}")
        assert answer.status_code == 410


def test_link_to_an_address_left_behind_is_dead(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    link = forget(app, visitor)
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(email="x@example.org"))
    answer = visitor.send(link, password=NEW)
    assert answer.status_code == 410


def test_weak_password_keeps_the_link(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    link = forget(app, visitor)
    assert visitor.send(link, password="kurz").status_code == 422
    assert visitor.send(link, password=NEW).status_code == 303


def test_asking_for_links_is_slowed_down_for_all_alike(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    tokens = visitor.tokens("/password/forgot")
    for email in ("anna@example.org", "nina@example.org"):
        statuses = [
            visitor.client.post("/password/forgot", data={**tokens, "email": email}).status_code
            for _ in range(4)
        ]
        assert statuses == [200, 200, 200, 429]


def test_member_changes_the_password(
    app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app)
    elsewhere = new_visitor()
    elsewhere.sign_in("anna@example.org")
    visitor.sign_in("anna@example.org")
    before = visitor.client.get_cookie("forum-session")
    sent = {"current": PASSWORD, "password": NEW}
    assert visitor.send("/settings/password", page="/settings/access", **sent).status_code == 303
    after = visitor.client.get_cookie("forum-session")
    assert before is not None and after is not None and before.value != after.value
    assert visitor.is_signed_in
    assert not elsewhere.is_signed_in
    with app.app_context(), unit() as session:
        assert len(session.scalars(sa.select(LoginSession.id)).all()) == 1
    assert [mail.subject for mail in read_mail(app)] == ["Dein Passwort wurde geändert"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"current": "falsch", "password": NEW}, "Das Passwort stimmt nicht."),
        ({"current": PASSWORD, "password": "kurz"}, "mindestens 10"),
        ({"current": PASSWORD, "password": ""}, "Bitte fülle dieses Feld aus."),
        ({"current": PASSWORD, "password": "annamueller1"}, "errät man schnell"),
    ],
)
def test_password_stays_when_something_is_wrong(
    app: Flask, visitor: Visitor, sent: dict[str, str], message: str
) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    answer = visitor.send("/settings/password", page="/settings/access", **sent)
    assert answer.status_code == 422
    assert message in answer.text
    assert Visitor(app.test_client()).sign_in("anna@example.org").status_code == 303


def test_stolen_session_cannot_guess_the_password(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    tokens = visitor.tokens("/settings/access")
    data = {**tokens, "current": "falsch", "password": NEW}
    statuses = [visitor.client.post("/settings/password", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def change_address(app: Flask, visitor: Visitor, email: str = "neu@example.org") -> None:
    visitor.sign_in("anna@example.org")
    sent = {"email": email, "proof": PASSWORD}
    answer = visitor.send("/settings/address", page="/settings/access", **sent)
    assert answer.status_code == 303


def test_address_changes_when_the_new_mailbox_answers(
    app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app)
    change_address(app, visitor, " Neu@Example.org ")
    mails = read_mail(app)
    assert [(mail.recipient, mail.subject) for mail in mails] == [
        ("neu@example.org", "Bestätige deine neue Adresse"),
        ("anna@example.org", "Deine Adresse soll sich ändern"),
    ]
    assert new_visitor().sign_in("neu@example.org").status_code == 422
    link = link_in(mails[0])
    phone = new_visitor()
    assert phone.get(link).status_code == 200
    assert phone.send(link).status_code == 303
    assert new_visitor().sign_in("neu@example.org").status_code == 303
    assert new_visitor().sign_in("anna@example.org").status_code == 422
    assert phone.get(link).status_code == 410


def test_address_of_another_is_not_told_and_not_taken(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    make_member(app, "Ben Weiß")
    change_address(app, visitor, "ben@example.org")
    mails = read_mail(app)
    assert [(mail.recipient, mail.subject) for mail in mails] == [
        ("ben@example.org", "Diese Adresse gehört schon zu einem Konto")
    ]
    assert "anna" not in (mails[0].text + mails[0].html).lower()


def test_address_taken_meanwhile_is_not_taken_twice(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    change_address(app, visitor)
    link = link_in(read_mail(app)[0])
    make_member(app, "Ben Weiß", "neu@example.org")
    assert visitor.send(link).status_code == 410


def test_new_password_ends_a_pending_change_of_address(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    change_address(app, visitor)
    link = link_in(read_mail(app)[0])
    sent = {"current": PASSWORD, "password": NEW}
    visitor.send("/settings/password", page="/settings/access", **sent)
    assert visitor.get(link).status_code == 410


def test_address_needs_the_password(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    sent = {"email": "neu@example.org", "proof": "falsch"}
    answer = visitor.send("/settings/address", page="/settings/access", **sent)
    assert answer.status_code == 422
    assert read_mail(app) == []


@pytest.mark.parametrize("path", ["/settings/password", "/settings/address", "/settings/profile"])
def test_forms_without_token_are_refused(app: Flask, visitor: Visitor, path: str) -> None:
    make_member(app)
    visitor.sign_in("anna@example.org")
    data = {"current": PASSWORD, "password": NEW, "email": "x@example.org", "name": "X Y"}
    assert visitor.client.post(path, data=data).status_code == 400


def test_sessions_are_listed_and_ended(app: Flask, new_visitor: Callable[[], Visitor]) -> None:
    make_member(app)
    make_member(app, "Ben Weiß")
    here, there, third, other = (new_visitor() for _ in range(4))
    for one in (here, there, third):
        one.sign_in("anna@example.org")
    other.sign_in("ben@example.org")
    with app.app_context(), unit() as session:
        ids = session.scalars(sa.select(LoginSession.id).order_by(LoginSession.id)).all()
    page = "/settings/sessions"
    assert here.get(page).text.count("Unbekanntes Gerät</strong>") == 3
    assert here.send(f"{page}/{ids[1]}/end", page=page).status_code == 303
    assert here.send(f"{page}/{ids[3]}/end", page=page).status_code == 409
    assert [one.is_signed_in for one in (here, there, third, other)] == [True, False, True, True]
    assert here.send(f"{page}/end-others", page=page).status_code == 303
    assert [one.is_signed_in for one in (here, third, other)] == [True, False, True]


def test_sessions_of_one_member_are_limited(app: Flask, new_visitor: Callable[[], Visitor]) -> None:
    make_member(app)
    first = new_visitor()
    first.sign_in("anna@example.org")
    for _ in range(30):
        new_visitor().sign_in("anna@example.org")
    with app.app_context(), unit() as session:
        assert len(session.scalars(sa.select(LoginSession.id)).all()) == 30
    assert not first.is_signed_in
