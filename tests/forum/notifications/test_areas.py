"""What areas tell: applications to the core team, answers and roles to whom they concern."""

from __future__ import annotations

from typing import Any

import pytest

from forum.areas.operations import (
    apply_to_area,
    decide_application,
    edit_area,
    set_role,
    withdraw_application,
)
from forum.areas.queries import get_system_scope
from forum.areas.scope import SYSTEM
from forum.areas.spec import AreaSpec
from forum.core.database import unit
from forum.core.wall import as_viewer
from tests.forum.notifications.post_office import PostOffice


def reshape(office: PostOffice, slug: str, kind: str, **kw: Any) -> None:
    """Give an area other rules."""
    with office.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        edit_area(get_system_scope(slug), AreaSpec(name=slug.title(), slug=slug, kind=kind, **kw))
    office.work()


@pytest.fixture
def applied(office: PostOffice) -> tuple[PostOffice, int]:
    """Fremd has asked to join `recht`, where one reads only as a member."""
    reshape(office, "recht", "topic", visibility="listed", joining="apply")
    with office.world.acting("fremd") as scope:
        number = apply_to_area(scope, reason="Ich kenne mich aus.")
    office.work()
    return office, number


def test_the_core_team_is_told_of_an_application(applied: tuple[PostOffice, int]) -> None:
    office, _number = applied
    told = {name: office.kinds(name) for name in office.world.users}
    assert told == {
        **{name: [] for name in office.world.users},
        "moderatorin": ["application"],
        "kernteam": ["application"],
    }
    assert office.inbox("kernteam")[0].url == "/a/recht/"
    assert "Fremd möchte mitmachen" in office.browser("kernteam").see("/notifications")


def test_the_team_above_is_told_where_there_is_none(office: PostOffice) -> None:
    reshape(office, "zu", "committee", visibility="listed", joining="apply")
    office.join("moderatorin", "bund", "admin")
    with office.world.acting("fremd", "kreis") as scope:
        assert scope.area.slug == "kreis"
    reshape(office, "kreis", "region", visibility="listed", joining="apply")
    office.leave("moderatorin", "kreis")
    office.work()
    before = office.kinds("moderatorin")
    with office.world.acting("fremd", "kreis") as scope:
        apply_to_area(scope, reason="Bitte.")
    with office.world.acting("fremd", "zu") as scope:
        apply_to_area(scope, reason="Bitte auch hier.")
    office.work()
    # The sealed committee has nobody, and nobody above it is asked.
    assert office.kinds("moderatorin") == ["application", *before]


@pytest.mark.parametrize(("accept", "said"), [(True, "accepted"), (False, "declined")])
def test_the_answer_ends_the_question(
    applied: tuple[PostOffice, int], accept: bool, said: str
) -> None:
    office, number = applied
    with office.world.acting("kernteam") as scope:
        decide_application(scope, number, accept=accept, answer="Willkommen!")
    office.work()
    assert [(e.kind, e.detail, e.url) for e in office.inbox("fremd")] == [
        ("decision", said, "/a/recht/")
    ]
    assert [office.bell(name) for name in ("fremd", "kernteam", "moderatorin")] == [1, 0, 0]


def test_withdrawing_ends_the_question(applied: tuple[PostOffice, int]) -> None:
    office, _number = applied
    with office.world.acting("fremd") as scope:
        withdraw_application(scope)
    office.work()
    assert [office.bell(name) for name in ("kernteam", "moderatorin")] == [0, 0]


def test_who_no_longer_decides_is_no_longer_asked(applied: tuple[PostOffice, int]) -> None:
    office, _number = applied
    office.join("kernteam", "recht", "member")
    office.work()
    assert office.kinds("kernteam") == ["role"]
    assert office.bell("kernteam") == 1
    assert office.kinds("moderatorin") == ["application"]


def test_a_new_role_is_told_to_its_holder(office: PostOffice) -> None:
    office.join("moderatorin", "recht", "admin")
    office.work()
    with office.world.acting("moderatorin") as scope:
        set_role(scope, office.world.users["petra"], role="editor")
    office.work()
    assert [(e.kind, e.detail) for e in office.inbox("petra")] == [("role", "editor")]
    assert "Deine Rolle ist jetzt: Redaktion" in office.browser("petra").see("/notifications")


def test_a_role_in_what_one_may_no_longer_know_is_not_told(office: PostOffice) -> None:
    office.join("petra", "zu", "editor")
    office.leave("petra", "zu")
    office.work()
    assert office.rows("petra") == 0
