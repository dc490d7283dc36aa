"""Two accounts become one: a vote each where one had voted, the target's where both had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum_polls import operations
from forum_polls.results import tell_result

if TYPE_CHECKING:
    from conftest import Town


def test_merged_accounts_have_one_vote_in_each_poll(town: Town) -> None:
    both, alone, ranked, secret = (
        town.start(own="open"),
        town.start(),
        town.start(kind="ranked"),
        town.start(secret="1"),
    )
    town.vote(town.deniz, both, answer="Lastenrad")
    town.vote(town.anke, both, "Nein")
    town.vote(town.deniz, alone, "Ja")
    town.mark(town.deniz, ranked, marks={"Ja": 1})
    town.mark(town.anke, ranked, marks={"Nein": 1})
    town.vote(town.deniz, secret, "Ja")
    with town.acting(town.chair):
        done = operations.merge_votes(town.deniz, town.anke)
    assert done == {
        "polls_vote_choice": 3,
        "polls_vote": 3,
        "polls_turnout": 4,
        "polls_option": 1,
    }
    assert town.tally(both.poll.id) == {"Ja": 0, "Nein": 1, "Noch nicht": 0, "Lastenrad": 0}
    assert town.tally(alone.poll.id)["Ja"] == 1
    assert town.see(alone.poll.id, town.anke).has_voted
    assert tell_result(town.see(ranked.poll.id))["winner"] == "Nein"
    assert town.see(secret.poll.id, town.anke).has_voted
    assert town.see(both.poll.id).options[-1].author == "Anke Albers"
    town.recount()


def test_of_two_secret_ballots_both_stay_counted(town: Town) -> None:
    secret = town.start(secret="1")
    town.vote(town.deniz, secret, "Ja")
    town.vote(town.anke, secret, "Nein")
    with town.acting(town.chair):
        operations.merge_votes(town.deniz, town.anke)
    ended = town.close(secret)
    assert ([o.votes for o in ended.options], ended.poll.voters) == ([1, 1, 0], 2)
