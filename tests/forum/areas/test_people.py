"""Joining, leaving, roles, applications, time: effects, refusals, races."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.areas import operations, queries
from forum.areas.models import Application, Area, Grant
from forum.core import clock as core_clock
from forum.core.audit import AuditEntry
from forum.core.database import db
from forum.core.errors import Conflict, Denied, Invalid, NotFound
from forum.core.events import EventRow
from forum.testing.fixtures import BuildOnce
from forum.testing.statements import count_statements
from forum.web.pagination import Cut
from tests.forum.areas.town import Town


@pytest.fixture
def land(build_once: BuildOnce) -> Town:
    return build_once(found_land)


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ada", "edi", "mod", "mia", "out")
    town.found("root")
    town.add_area("offen", joining="open")
    town.add_area("kreis", joining="apply", visibility="listed")
    town.add_area("alle", everyone=True)
    town.grant("ada", "kreis", "admin")
    town.grant("edi", "kreis", "editor")
    town.grant("mod", "kreis", "moderator")
    town.grant("mia", "kreis")
    return town


def events(town: Town, name: str) -> list[dict[str, Any]]:
    return [row[0] for row in town.all(EventRow.payload, where=EventRow.name == name)]


def members(town: Town, slug: str) -> int:
    return int(town.all(Area.member_count, where=Area.slug == slug)[0][0])


def test_joining_an_open_area_is_one_step_and_few_statements(land: Town) -> None:
    with land.writing("out") as viewer:
        scope = queries.get_scope(viewer, "offen")
        with count_statements() as seen:
            operations.join_area(scope)
        assert len(seen) <= 12, seen
    assert land.grants("offen") == {("out", "member", "")}
    assert members(land, "offen") == 1
    assert events(land, "areas.member_joined")[-1] == {
        "user_id": land.users["out"],
        "source": "self",
    }
    land.do("out", "offen", operations.join_area)
    assert members(land, "offen") == 1


def test_joining_touches_only_the_own_rows(land: Town) -> None:
    before = land.reader_rows()
    land.grant("out", "kreis")
    added = land.reader_rows() - before
    assert {(principal, reads) for _, principal, reads in added} == {(land.users["out"], True)}
    assert before - land.reader_rows() == set()


@pytest.mark.parametrize(("who", "slug"), [(None, "bund"), ("out", "kreis")])
def test_one_cannot_join_what_does_not_let_one(land: Town, who: str | None, slug: str) -> None:
    with pytest.raises((Denied, NotFound)):
        land.do(who, slug, operations.join_area)


def test_leaving(land: Town) -> None:
    land.do("mia", "kreis", operations.leave_area)
    assert not land.reads("mia", "kreis")
    assert members(land, "kreis") == 3
    assert events(land, "areas.member_left") == [{"user_id": land.users["mia"], "why": "left"}]
    with pytest.raises(Denied):
        land.do("mia", "alle", operations.leave_area)


def test_the_last_admin_stays(land: Town) -> None:
    with pytest.raises(Invalid):
        land.do("root", "bund", operations.leave_area)
    with pytest.raises(Invalid):
        land.do("root", "bund", operations.set_role, land.users["root"], role="member")
    land.do("ada", "kreis", operations.leave_area)
    assert land.grants("bund") == {("root", "admin", "chair")}


def test_the_last_admin_behind_a_seal_stays(land: Town) -> None:
    land.do("ada", "kreis", operations.seal_area)
    for act in (operations.leave_area,):
        with pytest.raises(Invalid):
            land.do("ada", "kreis", act)
    end = core_clock.now() + timedelta(days=1)
    with pytest.raises(Invalid):
        land.do("ada", "kreis", operations.set_role, land.users["ada"], role="member", ends_at=end)
    land.do("ada", "kreis", operations.set_role, land.users["mia"], role="admin")
    land.do("ada", "kreis", operations.leave_area)


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("mia", "mia", False),
        ("edi", "mia", False),
        ("mod", "mia", True),
        ("mod", "edi", False),
        ("ada", "edi", True),
        ("root", "ada", True),
    ],
)
def test_removing(land: Town, who: str, whom: str, allowed: bool) -> None:
    if allowed:
        land.do(who, "kreis", operations.remove_member, land.users[whom], reason="Umzug")
        assert not land.reads(whom, "kreis")
        assert ("Umzug",) in land.all(AuditEntry.reason)
    else:
        with pytest.raises(Denied):
            land.do(who, "kreis", operations.remove_member, land.users[whom])
        assert land.reads(whom, "kreis")


def test_removing_who_is_no_member(land: Town) -> None:
    with pytest.raises(NotFound):
        land.do("ada", "kreis", operations.remove_member, land.users["out"])


def test_a_new_role_replaces_the_old_one(land: Town) -> None:
    since = land.all(Grant.starts_at, where=Grant.user_id == land.users["mia"])
    land.do("ada", "kreis", operations.set_role, land.users["mia"], role="editor", title="office")
    assert ("mia", "editor", "office") in land.grants("kreis")
    assert land.all(Grant.starts_at, where=Grant.user_id == land.users["mia"]) == since
    assert members(land, "kreis") == 4
    assert events(land, "areas.role_changed")[-1] == {
        "user_id": land.users["mia"],
        "role": "editor",
        "title": "office",
    }


@pytest.mark.parametrize("who", ["mia", "edi", "mod", "out"])
def test_roles_are_given_by_admins(land: Town, who: str) -> None:
    with pytest.raises((Denied, NotFound)):
        land.do(who, "kreis", operations.set_role, land.users[who], role="admin")


@pytest.mark.parametrize("state", ["ghost", "suspended", "erased"])
def test_roles_are_for_members_of_the_site(land: Town, state: str) -> None:
    with land.writing():
        db.session.execute(sa.update(User).where(User.handle == "out").values(state=state))
    with pytest.raises(NotFound):
        land.do("ada", "kreis", operations.set_role, land.users["out"], role="member")


def test_a_chair_is_appointed_from_above_a_seal_but_not_oneself(land: Town) -> None:
    land.add_area("recht", sealed=True, visibility="hidden", chair="ada")
    with pytest.raises(Denied):
        land.do("root", "recht", operations.appoint_chair, land.users["root"])
    land.do("root", "recht", operations.appoint_chair, land.users["mia"], reason="Wahl")
    assert land.grants("recht") == {("ada", "admin", ""), ("mia", "admin", "chair")}
    assert not land.reads("root", "recht")
    with pytest.raises(NotFound):
        land.do("out", "recht", operations.appoint_chair, land.users["out"])


def test_a_role_with_an_end_ends(land: Town, clock: Callable[..., None]) -> None:
    end = core_clock.now() + timedelta(days=14)
    land.do("ada", "kreis", operations.set_role, land.users["out"], role="moderator", ends_at=end)
    assert land.scope("out", "kreis").role == "moderator"
    clock(end)
    assert land.scope("out", "kreis").role is None
    with land.writing():
        assert operations.settle_grants() == 1
        assert operations.settle_grants() == 0
    assert not land.reads("out", "kreis")
    assert members(land, "kreis") == 4
    assert events(land, "areas.member_left")[-1]["why"] == "ended"


def test_a_role_with_a_beginning_begins(land: Town, clock: Callable[..., None]) -> None:
    start = core_clock.now() + timedelta(days=2)
    row = operations.NewMember(
        area_id=land.area("kreis").id, user_id=land.users["out"], role="editor", starts_at=start
    )
    with land.writing():
        operations.add_members([row])
    assert not land.reads("out", "kreis")
    clock(start)
    with land.writing():
        assert operations.settle_grants() == 1
    assert land.scope("out", "kreis").role == "editor"


def test_an_end_in_the_past_is_refused(land: Town) -> None:
    with pytest.raises(Invalid) as refused:
        land.do(
            "ada",
            "kreis",
            operations.set_role,
            land.users["mia"],
            role="editor",
            ends_at=core_clock.now(),
        )
    assert refused.value.field == "ends_at"


def apply(town: Town, who: str = "out", reason: str = "Ich plane Radwege.") -> int:
    return int(town.do(who, "kreis", operations.apply_to_area, reason=reason))


def test_applying_and_being_let_in(land: Town) -> None:
    application_id = apply(land)
    with land.reading("edi"):
        waiting = queries.list_applications(land.scope("edi", "kreis"))
    assert [(a.person.name, a.reason) for a in waiting] == [("Out", "Ich plane Radwege.")]
    land.do("edi", "kreis", operations.decide_application, application_id, accept=True)
    assert land.scope("out", "kreis").role == "member"
    assert events(land, "areas.application_decided") == [
        {"application_id": application_id, "user_id": land.users["out"], "accepted": True}
    ]


def test_being_declined_with_a_text(land: Town) -> None:
    application_id = apply(land)
    decline = operations.decide_application
    land.do("mod", "kreis", decline, application_id, accept=False, answer="Nur für Kreise.")
    assert not land.reads("out", "kreis")
    with land.reading("out"):
        own = queries.find_own_application(land.scope("out", "kreis"))
    assert own is not None
    assert (own.state, own.answer) == ("declined", "Nur für Kreise.")
    apply(land)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed(land: Town, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        apply(land, reason=reason)
    assert refused.value.field == "reason"


def test_one_application_at_a_time_and_one_decision(land: Town) -> None:
    application_id = apply(land)
    with pytest.raises(Conflict):
        apply(land)
    land.do("out", "kreis", operations.withdraw_application)
    with pytest.raises(Conflict):
        land.do("edi", "kreis", operations.decide_application, application_id, accept=True)
    with pytest.raises(NotFound):
        land.do("out", "kreis", operations.withdraw_application)


def test_members_do_not_decide_and_other_areas_neither(land: Town) -> None:
    application_id = apply(land)
    with pytest.raises(Denied):
        land.do("mia", "kreis", operations.decide_application, application_id, accept=True)
    land.grant("mia", "offen", "admin")
    with pytest.raises(NotFound):
        land.do("mia", "offen", operations.decide_application, application_id, accept=True)


def test_an_application_ends_when_one_belongs_by_another_way(land: Town) -> None:
    apply(land)
    land.grant("out", "kreis")
    assert land.all(Application.state) == [("withdrawn",)]


def test_two_last_admins_leaving_at_once_leave_one(land: Town) -> None:
    land.do("ada", "kreis", operations.seal_area)
    land.grant("mia", "kreis", "admin")

    def leave(who: str) -> bool:
        try:
            land.do(who, "kreis", operations.leave_area)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ["ada", "mia"])) == [False, True]
    assert [role for _, role, _ in land.grants("kreis")].count("admin") == 1


def test_members_are_listed_in_pages(land: Town) -> None:
    shape = (int, str, int)
    with land.reading("mia"):
        scope = land.scope("mia", "kreis")
    with land.reading("mia"):
        first = queries.list_members(scope, Cut(limit=3))
        second = queries.list_members(
            scope, Cut.from_args({"after": first.next or ""}, shape, limit=3)
        )
        back = queries.list_members(
            scope, Cut.from_args({"before": second.prev or ""}, shape, limit=3)
        )
    assert [m.person.name for m in first.items] == ["Ada", "Mod", "Edi"]
    assert [m.person.name for m in second.items] == ["Mia"]
    assert back.items == first.items


def test_an_outsider_sees_the_core_team_of_a_listed_area_and_no_member(land: Town) -> None:
    with land.reading("out"):
        scope = land.scope("out", "kreis")
    with land.reading("out"):
        team = queries.list_core_team(scope)
        listed = queries.list_members(scope, Cut())
    assert [t.person.name for t in team] == ["Ada", "Mod", "Edi"]
    assert [m.person.name for m in listed.items] == ["Ada", "Mod", "Edi"]
