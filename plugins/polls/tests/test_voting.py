"""One vote per member, changed and taken back while open, tallies kept exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.values import Ballot

from forum.api.data import Denied, Invalid, NotFound

if TYPE_CHECKING:
    from conftest import Town


def test_one_vote_is_counted_and_the_same_again_changes_nothing(town: Town) -> None:
    full = town.start()
    assert town.vote(town.deniz, full, "Ja").what == "cast"
    rows = town.count_rows()
    assert town.vote(town.deniz, full, "Ja").what == "unchanged"
    assert town.count_rows() == rows
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}
    seen = town.see(full.poll.id, town.deniz)
    assert [option.text for option in seen.options if option.mine] == ["Ja"]
    assert (seen.poll.voters, seen.has_voted) == (1, True)
    assert not town.see(full.poll.id, town.anke).has_voted
    town.recount()


def test_changed_vote_moves_and_the_log_keeps_both(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    assert town.vote(town.deniz, full, "Nein").what == "changed"
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 1, "Noch nicht": 0}
    assert town.count_rows() == {
        "polls_poll": 1,
        "polls_option": 3,
        "polls_turnout": 1,
        "polls_vote": 2,
        "polls_vote_choice": 2,
        "polls_sheet": 0,
    }
    town.recount()


def test_vote_is_taken_back_once(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    for was_there in (True, False):
        with town.acting(town.deniz) as scope:
            assert operations.withdraw_vote(scope, full.poll.id)[1] is was_there
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 0, "Noch nicht": 0}
    assert town.see(full.poll.id, town.deniz).poll.voters == 0
    town.vote(town.deniz, full, "Nein")
    assert town.see(full.poll.id).poll.voters == 1
    town.recount()


def test_several_answers_keep_to_their_number(town: Town) -> None:
    full = town.start(kind="multiple", min="2", max="2")
    for texts in ((), ("Ja",), ("Ja", "Nein", "Noch nicht")):
        with pytest.raises(Invalid) as refused:
            town.vote(town.deniz, full, *texts)
        assert refused.value.field == "option"
    assert town.count_rows()["polls_vote"] == 0
    town.vote(town.deniz, full, "Ja", "Nein")
    town.vote(town.deniz, full, "Nein", "Noch nicht")
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 1, "Noch nicht": 1}
    assert town.see(full.poll.id).poll.voters == 1
    town.recount()


def test_one_answer_is_one(town: Town) -> None:
    full = town.start()
    for texts in ((), ("Ja", "Nein")):
        with pytest.raises(Invalid):
            town.vote(town.deniz, full, *texts)
    assert town.count_rows()["polls_vote"] == 0


def test_option_of_another_poll_is_refused(town: Town) -> None:
    full, other = town.start(), town.start()
    foreign = frozenset({other.options[0].id})
    for chosen in (foreign, frozenset({999_999})):
        with pytest.raises(Invalid) as refused:
            with town.acting(town.deniz) as scope:
                operations.vote(scope, full.poll.id, ballot=Ballot(chosen))
        assert refused.value.field == "option"
    assert town.count_rows()["polls_vote"] == 0


def test_only_who_may_reply_may_vote(town: Town) -> None:
    full = town.start()
    with pytest.raises(Denied):
        town.vote(town.stranger, full, "Ja")
    assert town.count_rows()["polls_turnout"] == 0


def test_poll_is_found_in_its_own_area_only(town: Town) -> None:
    full = town.start()
    with pytest.raises(NotFound):
        town.see(full.poll.id, town.deniz, area=town.next_door)
