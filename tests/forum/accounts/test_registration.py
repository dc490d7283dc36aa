"""Joining: open and by invitation, proven by the mailbox, telling nothing to strangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import MailToken, User
from forum.core import clock as core_clock
from forum.core.database import unit
from forum.core.events import EventRow
from tests.forum.accounts.visitor import PASSWORD, Visitor, link_in, make_member, read_mail


def count_users(app: Flask) -> int:
    with app.app_context(), unit() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def ask(visitor: Visitor, email: str = "nina@example.org", name: str = "Nina Groß") -> str:
    answer = visitor.send("/register", name=name, email=email)
    assert answer.status_code == 200
    return answer.text


def test_newcomer_confirms_and_is_in(app: Flask, visitor: Visitor) -> None:
    ask(visitor, " Nina@Example.org ")
    assert count_users(app) == 0
    [mail] = read_mail(app)
    assert (mail.recipient, mail.subject) == ("nina@example.org", "Bestätige deine Adresse")
    link = link_in(mail)
    assert visitor.get(link).status_code == 200
    assert count_users(app) == 0
    answer = visitor.send(link, name="Nina Groß", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.is_signed_in
    with app.app_context(), unit() as session:
        row = session.execute(sa.select(User.handle, User.name, User.email, User.state)).one()
        names = session.scalars(sa.select(EventRow.name)).all()
    assert tuple(row) == ("nina-gross", "Nina Groß", "nina@example.org", "active")
    assert names == ["accounts.user_registered"]


def test_link_counts_once(app: Flask, visitor: Visitor, new_visitor: Callable[[], Visitor]) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    tokens = visitor.tokens(link)
    data = {**tokens, "name": "Nina", "password": PASSWORD}
    assert visitor.client.post(link, data=data).status_code == 303
    assert new_visitor().get(link).status_code == 410
    assert count_users(app) == 1


def test_link_expires(app: Flask, visitor: Visitor, clock: Callable[..., None]) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    clock(core_clock.now() + timedelta(hours=49))
    assert visitor.get(link).status_code == 410


def test_strangers_learn_nothing(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    known = ask(visitor, "anna@example.org", "Anna")
    unknown = ask(visitor, "nina@example.org", "Anna")
    assert known.replace("anna@", "nina@") == unknown
    mails = read_mail(app)
    assert [(m.recipient, m.subject) for m in mails] == [
        ("anna@example.org", "Du hast schon ein Konto"),
        ("nina@example.org", "Bestätige deine Adresse"),
    ]
    assert "register/confirm" not in mails[0].text


def test_known_and_unknown_cost_the_same_statements(
    app: Flask, visitor: Visitor, statements_seen: list[str]
) -> None:
    make_member(app)
    tokens = visitor.tokens("/register")
    sent = []
    for email in ("anna@example.org", "nina@example.org"):
        before = len(statements_seen)
        visitor.client.post("/register", data={**tokens, "name": "N", "email": email})
        sent.append(statements_seen[before:])
    assert sent[0] == sent[1] != []


def test_two_links_for_one_address_make_one_member(
    app: Flask, new_visitor: Callable[[], Visitor]
) -> None:
    first, second = new_visitor(), new_visitor()
    ask(first)
    ask(second)
    links = [link_in(mail) for mail in read_mail(app)]
    assert second.send(links[1], name="Nina Groß", password=PASSWORD).status_code == 303
    late = first.send(links[0], name="Nina Groß", password=PASSWORD)
    assert late.status_code == 422
    assert "schon ein Konto" in late.text
    assert count_users(app) == 1


def test_namesakes_get_handles_of_their_own(app: Flask) -> None:
    for number in range(3):
        make_member(app, "Anna Müller", f"anna{number}@example.org")
    with app.app_context(), unit() as session:
        handles = session.scalars(sa.select(User.handle).order_by(User.id)).all()
    assert handles == ["anna-mueller", "anna-mueller-2", "anna-mueller-3"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Bitte fülle dieses Feld aus."),
        ("name", "www.evil.example", "nicht wie ein Link"),
        ("email", "", "Bitte fülle dieses Feld aus."),
        ("email", "a@b@c.org", "keine E-Mail-Adresse"),
        ("email", "a@example.org\r\nBcc: b@example.org", "keine E-Mail-Adresse"),
    ],
)
def test_bad_input_is_said_at_the_field(
    app: Flask, visitor: Visitor, field: str, value: str, message: str
) -> None:
    data = {"name": "Nina Groß", "email": "nina@example.org", field: value}
    answer = visitor.send("/register", **data)
    assert answer.status_code == 422
    assert message in answer.text
    assert read_mail(app) == []


def test_weak_password_keeps_the_link(app: Flask, visitor: Visitor) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    answer = visitor.send(link, name="Nina Groß", password="ninagross123")
    assert answer.status_code == 422
    assert "errät man schnell" in answer.text
    assert visitor.send(link, name="Nina Groß", password=PASSWORD).status_code == 303


def test_nobody_signs_up_with_more_than_the_form_asks(app: Flask, visitor: Visitor) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    more = {column.name: "1" for column in sa.inspect(User).columns}
    more |= {"state": "suspended", "roles": "operator", "email": "other@example.org"}
    visitor.send(link, **{**more, "name": "Nina Groß", "password": PASSWORD})
    with app.app_context(), unit() as session:
        row = session.scalars(sa.select(User)).one()
        values = (row.name, row.handle, row.email, row.state, row.title, row.avatar)
        seen = (row.unread_notifications, row.preferences, row.language)
    assert values == ("Nina Groß", "nina-gross", "nina@example.org", "active", "", None)
    assert seen == (0, {}, "de")
    assert visitor.get("/admin/invitations").status_code == 403


def test_newcomer_is_led_to_where_they_wanted(app: Flask, visitor: Visitor) -> None:
    visitor.send("/register", name="Nina", email="nina@example.org", next="/t/12/p/3")
    link = link_in(read_mail(app)[0])
    answer = visitor.send(link, name="Nina", password=PASSWORD)
    assert answer.location == "/t/12/p/3"


def test_asking_for_many_mails_is_slowed_down(app: Flask, visitor: Visitor) -> None:
    tokens = visitor.tokens("/register")
    data = {**tokens, "name": "Nina", "email": "nina@example.org"}
    statuses = [visitor.client.post("/register", data=data).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_form_without_token_is_refused(app: Flask, visitor: Visitor) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    data = {"name": "Nina", "email": "nina@example.org", "password": PASSWORD}
    assert visitor.client.post("/register", data=data).status_code == 400
    assert visitor.client.post(link, data=data).status_code == 400
    assert count_users(app) == 0


def test_forged_host_never_gets_into_a_link(app: Flask, visitor: Visitor) -> None:
    tokens = visitor.tokens("/register")
    visitor.client.post(
        "/register",
        data={**tokens, "name": "Nina", "email": "nina@example.org"},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )
    [mail] = read_mail(app)
    assert "evil.example" not in mail.text + mail.html
    assert "http://localhost/register/confirm?token=" in mail.text


def test_closed_site_says_how_one_is_invited(make_app: Callable[..., Flask]) -> None:
    app = make_app(registration="invitation")
    visitor = Visitor(app.test_client())
    page = visitor.get("/register")
    assert page.status_code == 200
    assert "mit Einladung" in page.text and "<form class=" not in page.text.split("<main")[1]
    tokens = visitor.tokens("/login")
    data = {**tokens, "name": "Nina", "email": "nina@example.org"}
    visitor.client.post("/register", data=data)
    assert read_mail(app) == []


def test_closing_the_site_ends_links_already_sent(
    app: Flask, visitor: Visitor, make_app: Callable[..., Flask]
) -> None:
    ask(visitor)
    link = link_in(read_mail(app)[0])
    closed = make_app(registration="invitation")
    assert closed.test_client().get(link).status_code == 410


def test_tokens_are_stored_as_hashes(app: Flask, visitor: Visitor) -> None:
    ask(visitor)
    token = link_in(read_mail(app)[0]).partition("token=")[2]
    with app.app_context(), unit() as session:
        stored = session.scalars(sa.select(MailToken.token_hash)).one()
    assert len(token) == 43
    assert token not in stored
