"""Ghosts in bulk, people for pages, completion; what operators do from the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts import operations, queries
from forum.accounts.models import SiteRole, User
from forum.accounts.operations import Ghost
from forum.accounts.passwords import hash_password
from forum.core.audit import AuditEntry
from forum.core.database import read_unit, unit, unscoped
from forum.core.errors import Gone, Invalid, NotFound
from forum.core.events import EventRow
from forum.web.people import Person
from tests.forum.accounts.visitor import PASSWORD, Visitor, make_member


def test_ghosts_come_in_order_with_handles_of_their_own(app: Flask) -> None:
    make_member(app, "Joe Orton")
    names = ["Joe Orton", "Joe Orton", "", "joe@example.com", "李小龍", "Joe Orton"]
    with app.app_context(), unit() as session:
        ids = operations.create_ghosts([Ghost(name, "httpd-users") for name in names])
        rows = session.execute(
            sa.select(User.id, User.handle, User.name, User.state, User.source)
            .where(User.id.in_(ids))
            .order_by(User.id)
        ).all()
        events = session.execute(
            sa.select(EventRow.name, EventRow.payload, EventRow.origin).order_by(EventRow.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        (ids[0], "ext-joe-orton", "Joe Orton", "ghost", "httpd-users"),
        (ids[1], "ext-joe-orton-2", "Joe Orton", "ghost", "httpd-users"),
        (ids[2], "ext-unbekannt", "Unbekannt", "ghost", "httpd-users"),
        (ids[3], "ext-joe", "joe", "ghost", "httpd-users"),
        (ids[4], "ext", "李小龍", "ghost", "httpd-users"),
        (ids[5], "ext-joe-orton-3", "Joe Orton", "ghost", "httpd-users"),
    ]
    assert tuple(events[-1]) == ("accounts.ghosts_created", {"user_ids": ids}, "import")


def test_ghosts_cost_the_same_whatever_their_number(
    app: Flask, statements: Callable[..., list[str]]
) -> None:
    def create(number: int) -> list[str]:
        def act() -> None:
            with app.app_context(), unit():
                operations.create_ghosts([Ghost(f"Person {n}") for n in range(number)])

        return statements(act)

    # Handles in use, those that number them, the people, the event.
    assert len(create(1)) == len(create(300)) == 5
    with app.app_context(), unit() as session:
        handles = session.scalars(sa.select(User.handle)).all()
    assert len(handles) == len({*handles}) == 602


def test_no_ghosts_no_statement(app: Flask, statements_seen: list[str]) -> None:
    with app.app_context(), unit():
        assert operations.create_ghosts([]) == []
    assert statements_seen == []


def test_people_for_a_page_in_one_statement(
    app: Flask, statements: Callable[..., list[str]]
) -> None:
    anna, ben, cleo = (make_member(app, name) for name in ("Anna Müller", "Ben Weiß", "Cleo Ek"))
    with app.app_context(), unit() as session:
        operations.update_profile(anna, name="Anna Müller", title="Vorsitz", organisation="LV Nord")
        session.execute(sa.update(User).where(User.id == ben).values(state="erased"))
        session.execute(sa.update(User).where(User.id == cleo).values(avatar="x.webp"))

    def find() -> object:
        with app.app_context(), read_unit():
            return queries.find_people([anna, ben, cleo, cleo, 999])

    # Whether something has changed since they were read.
    assert len(statements(find)) == 1
    assert find() == {
        anna: Person("Anna Müller", "/u/anna-mueller", "", "Vorsitz · LV Nord"),
        ben: Person("Ehemaliges Mitglied"),
        cleo: Person("Cleo Ek", "/u/cleo-ek", "/avatars/x.webp", ""),
    }
    with app.app_context(), read_unit():
        assert queries.find_people([]) == {}


def test_handles_are_of_active_members_only(app: Flask) -> None:
    anna, ben = make_member(app), make_member(app, "Ben Weiß")
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == ben).values(state="suspended"))
        operations.create_ghosts([Ghost("Joe")])
        wanted = ["anna-mueller", "ben-weiss", "ext-joe", "nobody"]
        assert queries.find_handles(wanted) == {"anna-mueller": anna}
        assert queries.find_handles([]) == {}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("an", ["anna-mueller", "antje-oeman"]),
        ("MÜL", ["anna-mueller"]),
        ("muel", ["anna-mueller"]),
        ("ö", ["antje-oeman"]),
        ("anna mü", ["anna-mueller"]),
        ("anna-m", ["anna-mueller"]),
        ("nna", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("joe", []),
    ],
)
def test_completion_by_any_name(app: Flask, typed: str, found: list[str]) -> None:
    for name in ("Anna Müller", "Antje Öman", "Ben Weiß"):
        make_member(app, name)
    with app.app_context(), unit():
        operations.create_ghosts([Ghost("Joe")])
        assert [one.handle for one in queries.suggest_people(typed)] == found


def test_completion_among_some(app: Flask) -> None:
    anna, other = make_member(app), make_member(app, "Anna Weiß", "a2@example.org")
    among = sa.select(User.id).where(User.id == other)
    with app.app_context(), unit():
        assert [one.id for one in queries.suggest_people("anna")] == [anna, other]
        assert [one.id for one in queries.suggest_people("anna", among=among)] == [other]
        assert [one.id for one in queries.suggest_people("anna", limit=1)] == [anna]


def test_recipients_are_those_whom_mail_can_reach(app: Flask) -> None:
    anna, ben = make_member(app), make_member(app, "Ben Weiß")
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == ben).values(state="suspended"))
        ghosts = operations.create_ghosts([Ghost("Joe")])
        found = queries.list_recipients([anna, ben, *ghosts])
    assert [(one.user_id, one.email, one.language) for one in found] == [
        (anna, "anna@example.org", "de")
    ]


def test_operator_creates_people(app: Flask) -> None:
    with app.app_context(), unit() as session:
        user_id = operations.create_user("Anna Müller", "Anna@Example.org")
        row = session.execute(sa.select(User.email, User.state, User.password_hash)).one()
        assert queries.find_user_id(" ANNA@example.org ") == user_id
    assert tuple(row) == ("anna@example.org", "active", None)


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("Anna", "no address", "email"),
        ("", "a@example.org", "name"),
        ("B", "x@example.org", "email"),
    ],
)
def test_bad_people_are_refused(app: Flask, name: str, email: str, field: str) -> None:
    make_member(app, "Xaver Y", "x@example.org")
    with app.app_context(), pytest.raises(Invalid) as refused, unit():
        operations.create_user(name, email)
    assert refused.value.field == field


def test_operator_promotes_and_hands_out_links(app: Flask, visitor: Visitor) -> None:
    user_id = make_member(app)
    with app.app_context(), unit() as session:
        for _ in range(2):
            assert operations.promote_user("anna@example.org", "operator") == user_id
        roles = session.execute(sa.select(SiteRole.user_id, SiteRole.role)).all()
        link = operations.reset_link("anna@example.org")
        with unscoped("test") as all_rows:
            actions = all_rows.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert queries.has_operator()
    assert [tuple(row) for row in roles] == [(user_id, "operator")]
    assert actions == ["accounts.create_user", "accounts.promote_user", "accounts.reset_link"]
    path = link.removeprefix("http://localhost")
    assert visitor.send(path, password="ganz andere Wörter").status_code == 303
    assert visitor.get("/admin/invitations").status_code == 200
    with app.app_context(), pytest.raises(NotFound), unit():
        operations.promote_user("nobody@example.org", "operator")


def test_there_is_one_first_admin_however_many_try(app: Flask) -> None:
    with app.app_context():
        hashed = hash_password(PASSWORD)
    together, results = threading.Barrier(10), []

    def begin(number: int) -> None:
        together.wait()
        with app.app_context():
            try:
                with unit():
                    operations.create_first_admin(
                        "Anna Müller", f"a{number}@example.org", password_hash=hashed
                    )
                results.append("in")
            except Gone:
                results.append("gone")

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["gone"] * 9 + ["in"]
    with app.app_context(), unit() as session:
        assert session.scalars(sa.select(SiteRole.role).order_by(SiteRole.role)).all() == [
            "operator",
            "privacy",
        ]
