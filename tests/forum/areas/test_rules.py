"""Rules as tables of role × action, in an open, a sealed and an archived area."""

from __future__ import annotations

import dataclasses

import pytest

from forum.areas import rules
from forum.areas.rules import RULES, Action
from forum.areas.scope import SYSTEM, AreaRow, Role, Scope, Standing, make_scope
from forum.core import clock
from forum.core.errors import Denied, NotFound
from forum.core.wall import Viewer

ROLES: tuple[Role | None, ...] = (None, "member", "editor", "moderator", "admin")
LETTERS = {None: "-", "member": "m", "editor": "e", "moderator": "o", "admin": "a"}

AREA = AreaRow(
    id=5,
    parent_id=2,
    path="000001000002000005",
    depth=2,
    kind="topic",
    name="X",
    slug="x",
    summary="",
    visibility="members",
    effective="members",
    sealed=False,
    everyone=False,
    casual=False,
    joining="open",
    topics_by="members",
    replies_by="members",
    flow=(1, 2, 5),
    above=(),
    plugins=frozenset(),
    closed="",
    language="de",
    theme="",
    accent="",
    version=1,
    topic_count=0,
    member_count=0,
    last_post_at=None,
    ends_at=None,
    archived_at=None,
)
SEALED = dataclasses.replace(AREA, sealed=True, flow=(5,), above=(1, 2))


def scope(area: AreaRow, *, reads: bool = True, user: int | None = 7, **at: Role) -> Scope:
    """A scope of somebody with grants: at5="admin"."""
    grants = {int(key.removeprefix("at")): role for key, role in at.items()}
    return make_scope(Standing(Viewer(user), grants), area, reads=reads)


def who_may(action: Action, area: AreaRow, place: int) -> str:
    """Letters of the roles that may, granted at one place."""
    allowed = ""
    for role in ROLES:
        here = scope(area) if role is None else scope(area, **{f"at{place}": role})
        allowed += LETTERS[role] if rules.can(here, action) else ""
    return allowed


OWN = {
    "edit": "a",
    "create_below": "a",
    "archive": "a",
    "delete": "a",
    "seal": "a",
    "unseal": "a",
    "decide": "eoa",
    "invite": "eoa",
    "remove_member": "oa",
    "set_roles": "a",
    "appoint_chair": "a",
    "moderate": "oa",
    "switch_plugins": "a",
    "see_log": "eoa",
}
ABOVE_A_SEAL = {"archive": "a", "delete": "a", "appoint_chair": "a"}
STAYS_IN_THE_ARCHIVE = {name for name in OWN if name not in ("create_below", "decide", "invite")}


def test_every_action_stands_in_the_table() -> None:
    assert set(OWN) == set(RULES)


@pytest.mark.parametrize("action", OWN)
def test_own_roles(action: Action) -> None:
    assert who_may(action, AREA, 5) == OWN[action]
    assert who_may(action, SEALED, 5) == OWN[action]


@pytest.mark.parametrize("action", OWN)
def test_roles_from_above_without_a_seal(action: Action) -> None:
    assert who_may(action, AREA, 1) == OWN[action]


@pytest.mark.parametrize("action", OWN)
def test_roles_from_above_a_seal(action: Action) -> None:
    assert who_may(action, SEALED, 2) == ABOVE_A_SEAL.get(action, "")


@pytest.mark.parametrize("action", OWN)
def test_roles_elsewhere(action: Action) -> None:
    assert who_may(action, AREA, 9) == ""


@pytest.mark.parametrize("action", OWN)
def test_in_the_archive(action: Action) -> None:
    archived = dataclasses.replace(AREA, archived_at=clock.now())
    assert who_may(action, archived, 5) == (OWN[action] if action in STAYS_IN_THE_ARCHIVE else "")


@pytest.mark.parametrize("action", OWN)
def test_the_system_may_all(action: Action) -> None:
    assert rules.can(make_scope(SYSTEM, SEALED, reads=True), action)


@pytest.mark.parametrize(
    ("who", "stranger", "roles"),
    [("members", "", "meoa"), ("site", "-", "meoa"), ("editors", "", "eoa")],
)
def test_writing(who: str, stranger: str, roles: str) -> None:
    area = dataclasses.replace(AREA, topics_by=who, replies_by=who)
    allowed = "-" if rules.can_reply(scope(area)) else ""
    for role in ROLES[1:]:
        here = scope(area, at5=role)  # type: ignore[arg-type]
        assert rules.can_reply(here) == rules.can_start_topic(here)
        allowed += LETTERS[role] if rules.can_reply(here) else ""
    assert allowed == stranger + roles
    assert not rules.can_reply(scope(area, user=None))
    assert not rules.can_reply(scope(area, reads=False, at5="admin"))


@pytest.mark.parametrize(
    "change",
    [
        {"archived_at": clock.now()},
        {"ends_at": clock.now()},
        {"closed": "posting"},
        {"closed": "visibility"},
    ],
)
def test_nobody_writes_where_it_is_over_or_shut(change: dict[str, object]) -> None:
    area = dataclasses.replace(AREA, **change)  # type: ignore[arg-type]
    assert not rules.can_reply(scope(area, at5="admin"))
    assert not rules.can_start_topic(scope(area, at5="admin"))


def test_an_inherited_editor_writes_and_a_member_above_does_not() -> None:
    assert rules.can_reply(scope(AREA, at2="editor"))
    assert not rules.can_reply(scope(AREA, at2="member"))
    assert not rules.can_reply(scope(SEALED, at2="admin"))


def test_refusals_do_not_betray_what_cannot_be_read() -> None:
    with pytest.raises(NotFound):
        rules.require(scope(AREA, reads=False), "edit")
    with pytest.raises(Denied):
        rules.require(scope(AREA), "edit")
    with pytest.raises(NotFound):
        rules.require_reply(scope(AREA, reads=False))


TARGET = dataclasses.replace(AREA, id=8, parent_id=1, path="000001000008", flow=(1, 8))


@pytest.mark.parametrize(
    ("area", "grants", "allowed"),
    [
        (AREA, {"at1": "admin"}, True),
        (AREA, {"at5": "admin", "at8": "admin"}, False),
        (AREA, {"at2": "admin"}, False),
        (AREA, {"at2": "admin", "at8": "admin"}, True),
        (AREA, {"at2": "moderator", "at8": "admin"}, False),
        (SEALED, {"at1": "admin"}, False),
        (SEALED, {"at1": "admin", "at5": "admin"}, True),
        (SEALED, {"at5": "admin", "at8": "admin"}, False),
    ],
)
def test_moving_takes_a_role_here_above_and_there(
    area: AreaRow, grants: dict[str, Role], allowed: bool
) -> None:
    assert rules.can_move_area(scope(area, **grants), scope(TARGET, **grants)) == allowed


@pytest.mark.parametrize(
    ("giver", "given", "allowed"),
    [
        ("member", "member", False),
        ("editor", "member", True),
        ("editor", "editor", False),
        ("moderator", "moderator", False),
        ("admin", "admin", True),
    ],
)
def test_nobody_gives_more_than_they_have(giver: Role, given: Role, allowed: bool) -> None:
    assert rules.can_give_role(scope(AREA, at5=giver), given) == allowed


@pytest.mark.parametrize("joining", ["open", "apply", "invite", "rule", "none"])
def test_joining(joining: str) -> None:
    area = dataclasses.replace(AREA, joining=joining)
    assert rules.can_join(scope(area)) == (joining == "open")
    assert rules.can_apply(scope(area)) == (joining == "apply")
    for other in (scope(area, user=None), scope(area, at5="member")):
        assert not rules.can_join(other)
        assert not rules.can_apply(other)


def test_leaving() -> None:
    everyones = dataclasses.replace(AREA, everyone=True)
    assert rules.can_leave(scope(AREA, at5="member"))
    assert not rules.can_leave(scope(everyones, at5="member"))
    assert not rules.can_leave(scope(AREA))


def test_the_operator_switches_plugins_anywhere_and_nothing_else() -> None:
    operator = make_scope(Standing(Viewer(7), {}, operator=True), AREA, reads=True)
    assert rules.can_switch_plugins(operator)
    assert [action for action in OWN if rules.can(operator, action)] == []  # type: ignore[arg-type]
