"""A link is worth what its maker could still give, however the role was lost meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forum.accounts.models import User
from forum.accounts.vouchers import find_voucher
from forum.areas import operations, rules
from forum.areas.links import InvitationGone, is_backed
from forum.areas.models import Invitation
from forum.areas.operations import AreaSpec
from forum.areas.queries import get_invited
from forum.areas.scope import ALL_ROLES
from forum.core import clock as core_clock
from forum.core.database import unscoped
from forum.core.errors import Denied
from tests.forum.areas.town import Town

Loss = Callable[[Town], object]


def take(town: Town) -> None:
    town.do("root", "ni", operations.set_role, town.users["ada"], role="member")


def end_by_the_clock(town: Town) -> None:
    """The grant is over; the schedule that tidies up has not run yet."""
    town.do(
        "root",
        "ni",
        operations.set_role,
        town.users["ada"],
        role="admin",
        ends_at=core_clock.now() + timedelta(hours=1),
    )


def seal(town: Town) -> None:
    town.grant("mod", "kreis", "admin")
    town.do("mod", "kreis", operations.seal_area)


def suspend(town: Town) -> None:
    with town.writing(), unscoped("tests write past the wall") as session:
        session.execute(sa.update(User).where(User.handle == "ada").values(state="suspended"))


def archive(town: Town) -> None:
    town.do("root", "kreis", operations.archive_area)


@pytest.fixture
def above(clock: Callable[..., None], chapter: Town) -> Town:
    """Ada is an admin of ni, and of kreis by that alone."""
    chapter.do("root", "kreis", operations.remove_member, chapter.users["ada"])
    return chapter


@pytest.mark.parametrize("role", ["member", "admin"])
@pytest.mark.parametrize("lose", [take, end_by_the_clock, seal, suspend, archive])
def test_who_lost_the_role_left_no_way_in(
    above: Town, lose: Loss, role: str, clock: Callable[..., None]
) -> None:
    token = above.do("ada", "kreis", operations.invite, role=role, days=30)
    with above.reading():
        assert get_invited(token).slug == "kreis"
    lose(above)
    clock(core_clock.now() + timedelta(hours=2))
    for who in ("ada", "out"):
        with pytest.raises(InvitationGone), above.writing(who) as viewer:
            operations.redeem_invitation(viewer, token)
    with above.reading():
        assert find_voucher(token) is None
        with pytest.raises(InvitationGone):
            get_invited(token)
    assert ("out", role, "") not in above.grants("kreis")


def test_an_admin_above_has_no_link_into_what_is_sealed_later(above: Town) -> None:
    """What a seal stops must not come in by a door that was opened before."""
    token = above.do("ada", "kreis", operations.invite, role="admin")
    seal(above)
    with pytest.raises(InvitationGone), above.writing("ada") as viewer:
        operations.redeem_invitation(viewer, token)
    assert above.scope("ada", "kreis").role is None


def test_rule_and_link_say_the_same(chapter: Town) -> None:
    """Whoever may give a role may have given it by a link, and nobody else."""
    for who in ("root", "ada", "edi", "mod", "mia", "out"):
        scope = chapter.scope(who, "kreis")
        for role in ALL_ROLES:
            link = Invitation(area_id=scope.area.id, role=role, created_by_id=chapter.users[who])
            with chapter.reading(), unscoped("tests look behind the wall") as session:
                assert is_backed(session, link) == rules.can_give_role(scope, role), (who, role)


def test_a_second_link_gives_the_higher_role(chapter: Town) -> None:
    first = chapter.do("ada", "kreis", operations.invite)
    second = chapter.do("ada", "kreis", operations.invite, role="editor", max_uses=2)
    for token in (first, second, second, first):
        with chapter.writing("out") as viewer:
            operations.redeem_invitation(viewer, token)
    assert {g for g in chapter.grants("kreis") if g[0] == "out"} == {("out", "editor", "")}
    assert chapter.all(Invitation.uses) == [(1,), (1,)]


def test_an_area_that_is_over_takes_nobody_in(chapter: Town, clock: Callable[..., None]) -> None:
    spec = AreaSpec(
        name="Tagung", slug="tagung", kind="adhoc", ends_at=core_clock.now() + timedelta(days=1)
    )
    chapter.do("root", "bund", operations.create_area, spec)
    token = chapter.do("root", "tagung", operations.invite)
    clock(core_clock.now() + timedelta(days=2))
    with pytest.raises(InvitationGone), chapter.writing("out") as viewer:
        operations.redeem_invitation(viewer, token)


def test_who_oversees_a_hidden_area_is_not_asked_in(chapter: Town) -> None:
    """The seal says: name and chair, no more. Joining an open area would undo it."""
    chapter.add_area("kreis-rat", "ni", visibility="hidden", sealed=True, chair="chair")
    scope = chapter.scope("ada", "kreis-rat")
    assert (scope.area.joining, scope.reads) == ("open", False)
    with pytest.raises(Denied):
        chapter.do("ada", "kreis-rat", operations.join_area)
    chapter.grant("ada", "kreis-rat")
    assert chapter.reads("ada", "kreis-rat")
