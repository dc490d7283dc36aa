"""Links to join by: who makes them, whom they fit, when they end, races for their last use."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.areas import operations
from forum.areas.models import Area, Invitation
from forum.core import clock as core_clock
from forum.core.errors import Denied, Gone, Invalid, NotFound
from forum.core.events import EventRow
from forum.testing.fixtures import BuildOnce
from tests.forum.areas.town import Town

RACERS = 50


@pytest.fixture
def land(build_once: BuildOnce) -> Town:
    """kreis (listed): ada leads, edi invites, mia is a member, out is none."""
    return build_once(found_land)


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ada", "edi", "mia", "out")
    town.found("root")
    town.add_area("kreis", joining="apply", visibility="listed")
    town.grant("ada", "kreis", "admin")
    town.grant("edi", "kreis", "editor")
    town.grant("mia", "kreis")
    return town


def members(town: Town) -> int:
    return int(town.all(Area.member_count, where=Area.slug == "kreis")[0][0])


def joined(town: Town) -> list[int]:
    """Who joined, by the log."""
    name = EventRow.name == "areas.member_joined"
    return [payload["user_id"] for (payload,) in town.all(EventRow.payload, where=name)]


def invite(town: Town, who: str = "edi", **kw: Any) -> str:
    return str(town.do(who, "kreis", operations.invite, **kw))


def redeem(town: Town, who: str | None, token: str, email: str | None = None) -> str:
    with town.writing(who) as viewer:
        return operations.redeem_invitation(viewer, token, email=email)


def test_a_link_leads_in_once(land: Town) -> None:
    token = invite(land)
    assert redeem(land, "out", token) == "kreis"
    assert land.reads("out", "kreis")
    assert redeem(land, "out", token) == "kreis"
    land.add_users("late")
    with pytest.raises(Gone):
        redeem(land, "late", token)
    assert token not in str(land.all(Invitation.token_hash))


def test_a_link_for_an_address_fits_no_other(land: Town) -> None:
    token = invite(land, email="Out@Example.org")
    for wrong in (None, "", "mia@example.org", "out@example.org.evil.tld"):
        with pytest.raises(Denied):
            redeem(land, "out", token, email=wrong)
    redeem(land, "out", token, email="out@example.org")


def test_links_end(land: Town, clock: Callable[..., None]) -> None:
    token = invite(land, days=3)
    clock(core_clock.now() + timedelta(days=3))
    with pytest.raises(Gone):
        redeem(land, "out", token)


def test_revoked_links_and_links_of_those_who_lost_the_role_are_dead(land: Town) -> None:
    first, second = invite(land), invite(land)
    invitation_id = min(land.all(Invitation.id))[0]
    land.do("edi", "kreis", operations.revoke_invitation, invitation_id)
    with pytest.raises(Gone):
        redeem(land, "out", first)
    land.do("ada", "kreis", operations.set_role, land.users["edi"], role="member")
    with pytest.raises(Gone):
        redeem(land, "out", second)


def test_nobody_invites_above_the_own_role(land: Town) -> None:
    for role in ("editor", "moderator", "admin"):
        with pytest.raises(Denied):
            invite(land, role=role)
    redeem(land, "mia", invite(land, "ada", role="editor"))
    assert land.scope("mia", "kreis").role == "editor"


@pytest.mark.parametrize("who", ["mia", "out"])
def test_members_do_not_invite(land: Town, who: str) -> None:
    with pytest.raises((Denied, NotFound)):
        invite(land, who)


@pytest.mark.parametrize(
    ("field", "values"), [("max_uses", {"max_uses": 0}), ("days", {"days": 400})]
)
def test_bounds_of_links(land: Town, field: str, values: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refused:
        invite(land, **values)
    assert refused.value.field == field


def test_fifty_at_once_use_a_link_for_one_once(land: Town) -> None:
    racers = [f"racer{i}" for i in range(RACERS)]
    land.add_users(*racers)
    token = invite(land)

    def run(who: str) -> bool:
        try:
            redeem(land, who, token)
        except Gone:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = [who for who, done in zip(racers, pool.map(run, racers), strict=True) if done]
    assert len(won) == 1
    assert [who for who in racers if land.reads(who, "kreis")] == won
    assert land.all(Invitation.uses) == [(1,)]
    assert members(land) == 4


def test_one_who_presses_fifty_times_joins_once(land: Town) -> None:
    token = invite(land, max_uses=10)
    with ThreadPoolExecutor(16) as pool:
        assert {*pool.map(lambda _: redeem(land, "out", token), range(RACERS))} == {"kreis"}
    assert land.all(Invitation.uses) == [(1,)]
    assert joined(land).count(land.users["out"]) == 1


def test_a_stranger_s_link_is_a_voucher(land: Town) -> None:
    token = invite(land, email="neu@example.org")
    vouchers = operations.AreaVouchers()
    with land.writing():
        found = vouchers.find(token)
        assert found is not None
        assert (found.into, found.leads_to, found.email) == (
            "Kreis",
            "/a/kreis/",
            "neu@example.org",
        )
        out = land.users["out"]
        assert not vouchers.redeem(token, user_id=out, email="other@example.org")
        assert vouchers.redeem(token, user_id=out, email="neu@example.org")
        assert vouchers.find(token) is None
    assert land.reads("out", "kreis")
