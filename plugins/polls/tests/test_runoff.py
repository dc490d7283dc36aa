"""Instant run-off against published counts, round by round, and what a tie is."""

from __future__ import annotations

import pytest
from forum_polls.counting.runoff import count_runoff
from hypothesis import given
from hypothesis import strategies as st

# Presidential election of Ireland, 9 November 1990: first count and the transfer of Austin
# Currie's votes, as in the official results (Department of the Environment, "Presidential
# Election 1990"): 205,565 to Robinson, 36,789 to Lenihan, 25,548 not transferable.
IRELAND = {
    ("Lenihan",): 694_484,
    ("Robinson",): 612_265,
    ("Currie", "Robinson"): 205_565,
    ("Currie", "Lenihan"): 36_789,
    ("Currie",): 25_548,
}
# Special general election for U.S. Representative, Alaska, 16 August 2022: State of Alaska,
# Division of Elections, "RCV Detailed Report", certified on 2 September 2022.
ALASKA = {
    ("Peltola",): 75_799,
    ("Palin",): 58_973,
    ("Begich", "Palin"): 27_053,
    ("Begich", "Peltola"): 15_467,
    ("Begich",): 11_290,
}
# The textbook example of a capital for Tennessee, in percent of the voters; for instance in
# "Instant-runoff voting", Wikipedia, section "Tennessee capital election".
TENNESSEE = {
    ("Memphis", "Nashville", "Chattanooga", "Knoxville"): 42,
    ("Nashville", "Chattanooga", "Knoxville", "Memphis"): 26,
    ("Chattanooga", "Knoxville", "Nashville", "Memphis"): 15,
    ("Knoxville", "Chattanooga", "Nashville", "Memphis"): 17,
}
PUBLISHED = [
    (
        IRELAND,
        [
            ({"Lenihan": 694_484, "Robinson": 612_265, "Currie": 267_902}, 0, ("Currie",)),
            ({"Lenihan": 731_273, "Robinson": 817_830}, 25_548, ()),
        ],
        "Robinson",
    ),
    (
        ALASKA,
        [
            ({"Peltola": 75_799, "Palin": 58_973, "Begich": 53_810}, 0, ("Begich",)),
            ({"Peltola": 91_266, "Palin": 86_026}, 11_290, ()),
        ],
        "Peltola",
    ),
    (
        TENNESSEE,
        [
            (
                {"Memphis": 42, "Nashville": 26, "Chattanooga": 15, "Knoxville": 17},
                0,
                ("Chattanooga",),
            ),
            ({"Memphis": 42, "Nashville": 26, "Knoxville": 32}, 0, ("Nashville",)),
            ({"Memphis": 42, "Knoxville": 58}, 0, ()),
        ],
        "Knoxville",
    ),
]


@pytest.mark.parametrize(("ballots", "rounds", "winner"), PUBLISHED, ids=["ie", "ak", "tn"])
def test_published_counts_come_out_round_by_round(ballots, rounds, winner) -> None:
    counted = count_runoff(list(rounds[0][0]), ballots)
    found = [(dict(one.votes), one.exhausted, one.dropped) for one in counted.rounds]
    assert found == rounds
    assert (counted.winner, counted.tied) == (winner, ())


def test_tie_of_two_is_reported_and_not_broken() -> None:
    counted = count_runoff("ABC", {("A",): 5, ("B",): 5, ("C", "A"): 1, ("C", "B"): 1})
    assert (counted.winner, counted.tied) == (None, ("A", "B"))
    assert [one.dropped for one in counted.rounds] == [("C",), ()]


def test_tie_for_the_last_place_ends_the_count_where_it_would_decide() -> None:
    counted = count_runoff("ABC", {("A",): 4, ("B", "C"): 3, ("C", "A"): 3})
    assert (counted.winner, counted.tied, len(counted.rounds)) == (None, ("B", "C"), 1)


def test_hopeless_ones_drop_out_together() -> None:
    ballots = {("A",): 5, ("B",): 6, ("C", "A"): 1, ("D", "A"): 1}
    counted = count_runoff("ABCDE", ballots)
    assert counted.rounds[0].dropped == ("E",)
    assert counted.rounds[1].dropped == ("C", "D")
    assert counted.winner == "A"


def test_without_ballots_nobody_wins() -> None:
    counted = count_runoff("AB", {})
    assert (counted.winner, counted.tied) == (None, ())


RANKINGS = st.permutations("ABCDE").flatmap(
    lambda order: st.integers(1, 5).map(lambda length: tuple(order[:length]))
)


@given(st.dictionaries(RANKINGS, st.integers(1, 30), min_size=1, max_size=25))
def test_every_ballot_is_somewhere_in_every_round_and_the_winner_has_the_majority(ballots) -> None:
    counted = count_runoff("ABCDE", ballots)
    total = sum(ballots.values())
    for one in counted.rounds:
        assert sum(one.votes.values()) + one.exhausted == total
    last = counted.rounds[-1]
    if counted.winner is None:
        assert len(counted.tied) > 1
        assert len({last.votes[one] for one in counted.tied}) == 1
    else:
        assert 2 * last.votes[counted.winner] > sum(last.votes.values())
    shuffled = dict(reversed(ballots.items()))
    assert count_runoff("EDCBA", shuffled).winner == counted.winner
