"""Taking the own data along, leaving for good, coming back in time; and who helps with it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from markupsafe import escape

from forum.accounts.models import DataExport, Erasure, ErasureRequest, User
from forum.accounts.operations import Farewell, erase_user, promote_user
from forum.accounts.operations.exporting import forget_exports
from forum.core.audit import AuditEntry
from forum.core.database import unit, unscoped
from forum.core.mail import Mail
from forum.core.runner import run_all
from forum.testing.builders import make_area, make_operator
from forum.testing.fixtures import MOMENT
from tests.forum.accounts.visitor import PASSWORD, Visitor, make_member, read_mail

PAGE = "/settings/data"
NewVisitor = Callable[[], Visitor]
MoveClock = Callable[[datetime], None]


@pytest.fixture
def anna(app: Flask, clock: MoveClock, visitor: Visitor) -> Visitor:
    """Anna's browser; somebody else runs the site."""
    make_operator(app)
    make_member(app)
    visitor.sign_in("anna@example.org")
    return visitor


@pytest.fixture
def officer(app: Flask, clock: MoveClock, new_visitor: NewVisitor) -> Visitor:
    """The browser of who looks after privacy."""
    make_member(app, "Paula Schutz")
    with app.app_context(), unit():
        promote_user("paula@example.org", "privacy")
    browser = new_visitor()
    browser.sign_in("paula@example.org")
    return browser


def ask(app: Flask, statement: Any) -> Any:
    with app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        return session.execute(statement).scalar_one_or_none()


def work(app: Flask) -> None:
    with app.app_context():
        run_all()


def list_files(app: Flask) -> list[str]:
    return [str(path) for path in (app.config["FORUM"].data_dir / "uploads").rglob("*.zip")]


def order(browser: Visitor, password: str = PASSWORD) -> Any:
    return browser.send(f"{PAGE}/export", page=PAGE, proof=password)


def leave(browser: Visitor, password: str = PASSWORD, **fields: str) -> Any:
    return browser.send(
        f"{PAGE}/erase", page=PAGE, **{"texts": "keep", "password": password, **fields}
    )


def state_of(app: Flask, name: str = "anna") -> str | None:
    found: str | None = ask(app, sa.select(User.state).where(User.email == f"{name}@example.org"))
    return found


def test_the_file_is_made_behind_the_pages_and_fetched_by_its_member(
    app: Flask, anna: Visitor
) -> None:
    assert order(anna).headers["Location"] == PAGE
    assert "wird zusammengestellt" in anna.get(PAGE).text
    mail = read_mail(app)[-1]
    assert (mail.recipient, mail.subject) == ("anna@example.org", "Deine Daten liegen bereit")
    assert "http://localhost/settings/data" in mail.text and "export/" not in mail.text
    number = ask(app, sa.select(DataExport.id))
    page = anna.get(PAGE).text
    assert f"{PAGE}/export/{number}" in page and "28. November 2026" not in page
    answer = anna.get(f"{PAGE}/export/{number}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="daten-{number}.zip"'
    with zipfile.ZipFile(BytesIO(answer.data)) as bundle:
        names = bundle.namelist()
        index = bundle.read("index.html").decode()
    assert {"index.html", "accounts/profile.json", "discussions/posts.json"} <= {*names}
    assert {"areas/memberships.json", "notifications/notifications.json"} <= {*names}
    assert "<h1>Meine Daten</h1>" in index and "anna@example.org" in index


def test_nobody_else_fetches_the_file(
    app: Flask, anna: Visitor, officer: Visitor, new_visitor: NewVisitor
) -> None:
    order(anna)
    work(app)
    address = f"{PAGE}/export/{ask(app, sa.select(DataExport.id))}"
    assert officer.get(address).status_code == 404
    assert "/login" in new_visitor().get(address).headers["Location"]


def test_the_file_goes_after_a_week(app: Flask, anna: Visitor, clock: MoveClock) -> None:
    order(anna)
    work(app)
    number = ask(app, sa.select(DataExport.id))
    assert len(list_files(app)) == 1
    clock(MOMENT + timedelta(days=7, seconds=1))
    assert anna.get(f"{PAGE}/export/{number}").status_code == 404
    with app.app_context(), unit():
        assert forget_exports() == 1
    assert list_files(app) == []
    assert ask(app, sa.select(DataExport.id)) is None


def test_a_wrong_password_gives_nothing_away(app: Flask, anna: Visitor) -> None:
    answer = order(anna, "falsch geraten")
    assert answer.status_code == 422 and "Das Passwort stimmt nicht." in answer.text
    answer = leave(anna, "falsch geraten")
    assert answer.status_code == 422 and "Das Passwort stimmt nicht." in answer.text
    assert ask(app, sa.select(DataExport.id)) is None
    assert ask(app, sa.select(ErasureRequest.user_id)) is None
    assert anna.is_signed_in


def test_one_file_at_a_time_and_three_a_day(app: Flask, anna: Visitor) -> None:
    order(anna)
    assert "wird schon zusammengestellt" in order(anna).text
    work(app)
    assert order(anna).status_code == 303
    work(app)
    assert order(anna).status_code == 429


def test_who_leaves_is_signed_out_and_gone_after_a_week(
    app: Flask, anna: Visitor, clock: MoveClock, new_visitor: NewVisitor
) -> None:
    elsewhere = new_visitor()
    elsewhere.sign_in("anna@example.org")
    answer = leave(anna)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "27. November" in anna.get("/login").text
    assert not anna.is_signed_in and not elsewhere.is_signed_in
    mail = read_mail(app)[-1]
    assert (mail.recipient, mail.subject) == ("anna@example.org", "Dein Konto wird gelöscht")
    assert state_of(app) == "active"
    clock(MOMENT + timedelta(days=7, seconds=1))
    work(app)
    assert state_of(app) is None
    assert ask(app, sa.select(User.handle).where(User.state == "erased")).startswith("ehemalig-")
    assert ask(app, sa.select(sa.func.count()).select_from(Mail)) == 0
    assert anna.sign_in("anna@example.org").status_code == 422
    # The address is free again.
    assert make_member(app, "Anna Neu", "anna@example.org")


def test_signing_in_again_takes_it_back(app: Flask, anna: Visitor, clock: MoveClock) -> None:
    leave(anna)
    anna.sign_in("anna@example.org")
    assert "Dein Konto bleibt" in anna.get(PAGE).text
    clock(MOMENT + timedelta(days=8))
    work(app)
    assert state_of(app) == "active"
    assert ask(app, sa.select(ErasureRequest.user_id)) is None


def test_the_last_operator_names_a_successor(
    app: Flask, clock: MoveClock, visitor: Visitor
) -> None:
    anna = make_member(app)
    make_member(app, "Bodo Nachfolger")
    with app.app_context(), unit():
        promote_user("anna@example.org", "operator")
    make_area(app, "Bund", members={anna: "admin"})
    visitor.sign_in("anna@example.org")
    assert "Betrieb der Seite, Admin von Bund" in visitor.get(PAGE).text
    answer = leave(visitor)
    assert answer.status_code == 422 and "Ohne Nachfolge geht das nicht" in answer.text
    assert "Wir kennen niemanden" in leave(visitor, successor="@niemand").text
    assert "ein anderes, aktives Mitglied" in leave(visitor, successor="@anna-mueller").text
    assert leave(visitor, successor="@bodo-nachfolger").status_code == 303
    clock(MOMENT + timedelta(days=7, seconds=1))
    work(app)
    assert state_of(app) is None
    visitor.sign_in("bodo@example.org")
    assert visitor.get("/admin/plugins").status_code == 200
    assert visitor.get("/a/bund/settings").status_code == 200


def test_the_officer_finds_by_address_or_handle_only(anna: Visitor, officer: Visitor) -> None:
    for who in ("anna@example.org", "Anna@Example.org", "anna-mueller", "@anna-mueller"):
        page = officer.get("/admin/privacy", query_string={"who": who}).text
        assert "Anna Müller" in page, who
        assert ("anna@example.org" in page.lower()) == ("example" in who.lower())
    for who in ("Anna", "Müller", "anna@example", "", "\0", "x" * 400):
        assert "Anna Müller" not in officer.get("/admin/privacy", query_string={"who": who}).text
    assert anna.get("/admin/privacy").status_code == 403


def test_the_officer_reads_what_plugins_keep_by_their_own_words(
    app: Flask, officer: Visitor
) -> None:
    page = officer.get("/admin/privacy").text
    declared = [
        (plugin.manifest.title, entry)
        for plugin in app.extensions["forum"]["dispatcher"].loaded.plugins
        for entry in plugin.manifest.personal_data
    ]
    assert {title for title, _entry in declared} >= {"Umfragen", "Mitteilungen"}
    for title, entry in declared:
        told = [title, entry.what, entry.purpose, entry.retention]
        assert [text for text in told if str(escape(text)) not in page] == []
    assert (
        "Für das Verzeichnis" not in officer.get("/admin/privacy", query_string={"who": "x"}).text
    )


def test_the_officer_has_data_sent_to_their_owner(
    app: Flask, anna: Visitor, officer: Visitor
) -> None:
    anna_id = ask(app, sa.select(User.id).where(User.email == "anna@example.org"))
    answer = officer.send(
        f"/admin/privacy/{anna_id}/export", page="/admin/privacy?who=anna-mueller"
    )
    assert answer.headers["Location"] == "/admin/privacy?who=anna-mueller"
    assert read_mail(app)[-1].recipient == "anna@example.org"
    number = ask(app, sa.select(DataExport.id))
    assert officer.get(f"{PAGE}/export/{number}").status_code == 404
    assert anna.get(f"{PAGE}/export/{number}").status_code == 200


def test_the_officer_erases_at_once_for_a_reason(
    app: Flask, anna: Visitor, officer: Visitor
) -> None:
    anna_id = ask(app, sa.select(User.id).where(User.email == "anna@example.org"))
    page, form = "/admin/privacy?who=anna-mueller", {"texts": "delete", "password": PASSWORD}
    refused = officer.send(f"/admin/privacy/{anna_id}/erase", page=page, **form)
    assert refused.status_code == 422 and "Bitte fülle dieses Feld aus." in refused.text
    done = officer.send(f"/admin/privacy/{anna_id}/erase", page=page, reason="Brief", **form)
    assert done.status_code == 303
    work(app)
    assert state_of(app) is None
    entry = sa.select(AuditEntry.reason).where(
        AuditEntry.action == "accounts.erase_user", AuditEntry.subject == f"user:{anna_id}"
    )
    assert ask(app, entry) == "Brief"
    assert ask(app, sa.select(Erasure.texts)) == "delete"
    gone = officer.send(f"/admin/privacy/{anna_id}/erase", page="/admin/privacy", **form)
    assert gone.status_code == 404


def test_erasing_forgets_news_that_name_the_person_and_keeps_other_mail(
    app: Flask, anna: Visitor, officer: Visitor
) -> None:
    anna_id, paula = (
        ask(app, sa.select(User.id).where(User.email == f"{name}@example.org"))
        for name in ("anna", "paula")
    )
    with app.app_context(), unit() as session:
        common = {"recipient": "paula@example.org", "user_id": paula, "created_at": MOMENT}
        for number, (guard, text) in enumerate(
            [("notifications", "Anna Müller hat geantwortet"), (None, "Hallo Anna Müller,")]
        ):
            session.add(
                Mail(subject="S", text=text, guard=guard, message_id=f"<{number}@x>", **common)
            )
    with app.app_context(), unit():
        erase_user(anna_id, Farewell())
    left = sa.select(Mail.text).where(Mail.recipient == "paula@example.org")
    assert ask(app, left) == "Hallo Anna Müller,"


def test_who_is_erased_while_the_file_is_made_leaves_none(
    app: Flask, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(anna)
    anna_id = ask(app, sa.select(User.id).where(User.email == "anna@example.org"))
    kept = app.extensions["forum"]["storage"]
    put = kept.put

    def put_late(data: bytes, *, kind: str) -> str:
        """Let the erasure be faster than the last step."""
        with app.app_context(), unit():
            erase_user(anna_id, Farewell())
        name: str = put(data, kind=kind)
        return name

    monkeypatch.setattr(kept, "put", put_late)
    work(app)
    assert list_files(app) == []
    assert ask(app, sa.select(DataExport.id)) is None
