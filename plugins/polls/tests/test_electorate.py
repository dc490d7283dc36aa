"""Who may vote: whoever may write here, a subtree, a region, a role; and how many that are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from forum_polls.operations import close_poll
from forum_polls.queries import get_full_poll, list_with_own_votes
from forum_polls.shares import list_shares

from forum.api.data import Denied
from forum.testing.builders import acting, looking, make_area, make_user, switch_plugin
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town


@pytest.mark.weave("permission")
def test_members_of_the_subtree_vote_where_they_only_read(town: Town) -> None:
    full = town.start(voters="subtree")
    below = make_area(town.app, "Ortsgruppe", parent=town.here)
    (villager,) = town.make_members(1, area=below)
    town.vote(villager, full, "Ja")
    with pytest.raises(Denied):
        town.vote(town.stranger, full, "Ja")
    assert town.close(full).poll.entitled == 4
    town.recount()


def test_members_of_a_region_vote_and_the_areas_own_do_not(town: Town) -> None:
    full = town.start(voters="region", region="/a/nachbarkreis/", author=town.chair)
    outsider = make_user(town.app, "Nina Nah")
    inner = make_area(town.app, "Nachbarort", parent=town.next_door)
    (neighbour,) = town.make_members(1, area=inner)
    town.vote(neighbour, full, "Nein")
    town.vote(town.deniz, full, "Nein")
    with pytest.raises(Denied):
        town.vote(outsider, full, "Ja")
    page = town.client(outsider).get(full.poll.url, follow_redirects=True).get_data(as_text=True)
    assert "Abstimmen können die Mitglieder einer Region." in page
    assert "disabled" in page
    assert town.close(full).poll.entitled == 4


def test_a_role_votes_alone(town: Town) -> None:
    full = town.start(voters="role", role="moderator")
    with pytest.raises(Denied):
        town.vote(town.deniz, full, "Ja")
    town.vote(town.chair, full, "Ja")
    assert town.close(full).poll.entitled == 1


def test_who_may_vote_is_asked_of_polls_with_rules_of_their_own_only(town: Town) -> None:
    plain, ruled = town.start(), town.start(voters="role", role="moderator")
    for full, asks in (([plain], 0), ([plain, ruled], 1)):
        with looking(town.app, town.deniz, town.here), count_statements() as seen:
            own = list_with_own_votes(full)
        assert [one.entitled for one in own] == [True, False][: len(full)]
        assert (len(seen), sum("area_grant" in one for one in seen)) == (1, asks)


def test_poll_for_the_subtree_moves_its_electorate_with_the_topic(town: Town) -> None:
    from forum_polls.plugin import move_topic

    from forum.plugin import AreaRef, TopicRef

    full = town.start(voters="subtree")
    with town.acting(town.chair):
        move_topic(
            TopicRef(full.poll.topic_id, town.next_door, "poll", ""),
            AreaRef(town.here, "kreis", "Kreis"),
            AreaRef(town.next_door, "nachbarkreis", "Nachbarkreis"),
        )
    assert town.see(full.poll.id).poll.voters_area_id == town.next_door


def test_shares_by_area_never_show_fewer_than_five(town: Town) -> None:
    switch_plugin(town.app, town.here, "polls")
    big, middle, small = (
        make_area(town.app, name, parent=town.here) for name in ("Nord", "Mitte", "Süd")
    )
    full = town.start(voters="subtree")
    voters = [
        *town.make_members(7, area=big),
        *town.make_members(6, area=middle),
        *town.make_members(5, area=small),
    ]
    for voter in voters:
        town.vote(voter, full, "Ja")
    with looking(town.app, town.anke, town.here):
        poll = town.see(full.poll.id).poll
    assert shares(town, poll) == [("Nord", 7), ("Mitte", 6), ("Süd", 5)]
    # Two more who belong to none below: they could be told from the total, so one share goes.
    town.vote(town.anke, full, "Ja")
    town.vote(town.deniz, full, "Ja")
    assert shares(town, town.see(full.poll.id).poll) == [("Nord", 7), ("Mitte", 6)]


def shares(town: Town, poll) -> list[tuple[str, int]]:
    with looking(town.app, town.anke, town.here):
        return list(list_shares(poll))


@pytest.mark.parametrize(
    ("replies_by", "visibility", "asked"),
    [
        ("members", "public", 2),
        ("editors", "public", 1),
        ("site", "public", 5),
        ("site", "listed", 2),
    ],
)
def test_where_the_area_says_who_replies_a_quorum_is_of_those(
    town: Town, replies_by: str, visibility: str, asked: int
) -> None:
    team: Any = {town.chair: "admin", town.deniz: "member"}
    rules = {"replies_by": replies_by, "visibility": visibility}
    area = make_area(town.app, "Vorstand", members=team, **rules)
    make_user(town.app, "Nina Nah")
    switch_plugin(town.app, area, "polls")
    full = town.start(author=town.chair, area=area)
    with acting(town.app, town.chair, area) as scope:
        close_poll(scope, full.poll.id)
    with looking(town.app, town.chair, area) as scope:
        assert get_full_poll(scope, full.poll.id).poll.entitled == asked
