"""Invitation links: who may make them, what they admit to, and when they end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts import operations
from forum.accounts.models import SiteInvitation, User
from forum.accounts.operations.tokens import issue_token
from forum.core import clock as core_clock
from forum.core.database import unit
from forum.core.errors import Gone, Invalid
from tests.forum.accounts.visitor import PASSWORD, Visitor, link_in, make_member, read_mail

WEEK = timedelta(days=7)


@pytest.fixture
def closed(share_app: Callable[..., Flask]) -> Flask:
    """A site that one joins by invitation only."""
    return share_app(registration="invitation")


def make_invitation(app: Flask, *, max_uses: int = 1) -> str:
    admin = make_member(app, "Olga Operator", f"olga{max_uses}@example.org")
    with app.app_context(), unit():
        return operations.create_invitation(admin, max_uses=max_uses, valid=WEEK)


def join(app: Flask, path: str, email: str) -> int:
    """Follow the link to the end and return the last status."""
    visitor = Visitor(app.test_client())
    if (opened := visitor.get(path).status_code) != 200:
        return opened
    visitor.send(path, name="Nina Groß", email=email)
    link = link_in(read_mail(app)[-1])
    return visitor.send(link, name="Nina Groß", password=PASSWORD).status_code


def test_link_admits_as_often_as_it_says(closed: Flask) -> None:
    path = f"/invite/{make_invitation(closed, max_uses=2)}"
    found = [join(closed, path, f"nina{n}@example.org") for n in range(3)]
    assert found == [303, 303, 410]


def test_opening_a_link_uses_nothing_up(closed: Flask) -> None:
    path = f"/invite/{make_invitation(closed)}"
    client = closed.test_client()
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]
    with closed.app_context(), unit() as session:
        assert session.scalars(sa.select(SiteInvitation.uses)).all() == [0]


def test_link_used_up_meanwhile_admits_nobody(closed: Flask) -> None:
    path = f"/invite/{make_invitation(closed)}"
    late = Visitor(closed.test_client())
    late.send(path, name="Nina Groß", email="late@example.org")
    link = link_in(read_mail(closed)[-1])
    tokens = late.tokens(link)
    assert join(closed, path, "quick@example.org") == 303
    answer = late.client.post(link, data={**tokens, "name": "N G", "password": PASSWORD})
    assert answer.status_code == 410
    with closed.app_context(), unit() as session:
        emails = session.scalars(sa.select(User.email).order_by(User.id)).all()
    assert emails == ["olga1@example.org", "quick@example.org"]


def test_revoked_link_admits_nobody_even_half_way(closed: Flask) -> None:
    path = f"/invite/{make_invitation(closed)}"
    visitor = Visitor(closed.test_client())
    visitor.send(path, name="Nina Groß", email="nina@example.org")
    link = link_in(read_mail(closed)[-1])
    assert visitor.get(link).status_code == 200
    with closed.app_context(), unit() as session:
        row = session.execute(sa.select(SiteInvitation.id, SiteInvitation.created_by_id)).one()
        operations.revoke_invitation(row.created_by_id or 0, row.id)
    assert visitor.get(link).status_code == 410
    assert visitor.get(path).status_code == 410


def test_expired_link_admits_nobody(closed: Flask, clock: Callable[..., None]) -> None:
    path = f"/invite/{make_invitation(closed)}"
    clock(core_clock.now() + WEEK)
    assert closed.test_client().get(path).status_code == 410


def test_invitation_by_mail_proves_the_address(closed: Flask) -> None:
    admin = make_member(closed, "Olga Operator", "olga@example.org")
    with closed.app_context(), unit():
        operations.invite_by_mail(admin, "Nina@Example.org", language="de", valid=WEEK)
    [mail] = read_mail(closed)
    assert (mail.recipient, mail.subject) == ("nina@example.org", "Einladung zu Chapterhouse")
    assert "Olga Operator" in mail.text
    visitor = Visitor(closed.test_client())
    sent = {"name": "Nina", "password": PASSWORD, "email": "other@example.org"}
    assert visitor.send(link_in(mail), **sent).status_code == 303
    with closed.app_context(), unit() as session:
        assert session.scalars(sa.select(User.email).order_by(User.id)).all() == [
            "olga@example.org",
            "nina@example.org",
        ]
    assert Visitor(closed.test_client()).get(link_in(mail)).status_code == 410


def test_invitation_for_one_address_fits_no_other(closed: Flask) -> None:
    admin = make_member(closed, "Olga Operator", "olga@example.org")
    with closed.app_context(), unit():
        operations.invite_by_mail(admin, "nina@example.org", language="de", valid=WEEK)
    invite = link_in(read_mail(closed)[0]).rpartition("/")[2]
    with closed.app_context(), unit():
        token = issue_token("register", "other@example.org", name="X")
    client = closed.test_client()
    assert client.get(f"/register/confirm?token={token}&invite={invite}").status_code == 410
    with closed.app_context(), pytest.raises(Gone), unit():
        operations.complete_registration("X Y", password_hash="x", token=token, invite=invite)


def test_members_are_not_invited_again(app: Flask) -> None:
    admin = make_member(app)
    with app.app_context(), pytest.raises(Invalid), unit():
        operations.invite_by_mail(admin, "ANNA@example.org", language="de", valid=WEEK)


@pytest.mark.parametrize("token", ["x", "", "a" * 5000, "%00", "../login"])
def test_made_up_links_lead_nowhere(closed: Flask, token: str) -> None:
    assert closed.test_client().get(f"/invite/{token}").status_code in (404, 410)


def test_fifty_at_once_on_a_link_for_one(closed: Flask) -> None:
    invite = make_invitation(closed)
    with closed.app_context(), unit():
        tokens = [issue_token("register", f"n{n}@example.org", name="N") for n in range(50)]
    together, results = threading.Barrier(50), []

    def redeem(token: str) -> None:
        together.wait()
        with closed.app_context():
            try:
                with unit():
                    operations.complete_registration(
                        "Nina Groß", password_hash="x", token=token, invite=invite
                    )
                results.append("in")
            except Gone:
                results.append("gone")

    threads = [threading.Thread(target=redeem, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["gone"] * 49 + ["in"]
    with closed.app_context(), unit() as session:
        assert session.scalars(sa.select(SiteInvitation.uses)).all() == [1]
        assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


def test_fifty_at_once_on_one_mail_token(app: Flask) -> None:
    with app.app_context(), unit():
        token = issue_token("register", "nina@example.org", name="N")
    together, results = threading.Barrier(50), []

    def use() -> None:
        together.wait()
        with app.app_context():
            try:
                with unit():
                    operations.complete_registration("Nina Groß", password_hash="x", token=token)
                results.append("in")
            except Gone:
                results.append("gone")

    threads = [threading.Thread(target=use) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["gone"] * 49 + ["in"]


def test_operator_makes_and_takes_back_links(app: Flask, visitor: Visitor) -> None:
    make_member(app, "Olga Operator", "olga@example.org")
    with app.app_context(), unit():
        operations.promote_user("olga@example.org", "operator")
    visitor.sign_in("olga@example.org")
    made = visitor.send("/admin/invitations", email="", max_uses="3", days="7")
    assert made.status_code == 201
    link = made.text.partition('value="http://localhost')[2].partition('"')[0]
    assert Visitor(app.test_client()).get(link).status_code == 200
    with app.app_context(), unit() as session:
        invitation_id = session.scalars(sa.select(SiteInvitation.id)).one()
    gone = visitor.send(f"/admin/invitations/{invitation_id}/revoke", page="/admin/invitations")
    assert gone.status_code == 303
    assert Visitor(app.test_client()).get(link).status_code == 410
    assert link not in visitor.get("/admin/invitations").text


def test_others_have_no_business_there(app: Flask, visitor: Visitor) -> None:
    make_member(app)
    assert visitor.get("/admin/invitations").status_code == 303
    visitor.sign_in("anna@example.org")
    assert visitor.get("/admin/invitations").status_code == 403
    sent = visitor.send("/admin/invitations", page="/settings/access", max_uses="1", days="7")
    assert sent.status_code == 403
    assert visitor.send("/admin/invitations/1/revoke", page="/settings/access").status_code == 403


@pytest.mark.parametrize(("max_uses", "days"), [("0", "7"), ("1001", "7"), ("1", "0"), ("x", "7")])
def test_bounds_are_said_at_the_field(
    app: Flask, visitor: Visitor, max_uses: str, days: str
) -> None:
    make_member(app, "Olga Operator", "olga@example.org")
    with app.app_context(), unit():
        operations.promote_user("olga@example.org", "operator")
    visitor.sign_in("olga@example.org")
    answer = visitor.send("/admin/invitations", max_uses=max_uses, days=days)
    assert answer.status_code == 422
