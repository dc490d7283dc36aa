"""Instant run-off against published counts, round by round, and what a tie is."""

from __future__ import annotations

import pytest
from forum_polls.counting.runoff import count_runoff
from hypothesis import given
from hypothesis import strategies as st

# Where only counts and transfers are published, the ballots are those that the transfers tell of.

# Presidential election of Ireland, 7 November 1990, first and second count:
# https://en.wikipedia.org/wiki/1990_Irish_presidential_election
# What each gained of Austin Currie's 267,902 is the difference of the two counts.
IRELAND = {
    ("Lenihan",): 694_484,
    ("Robinson",): 612_265,
    ("Currie", "Robinson"): 205_565,
    ("Currie", "Lenihan"): 36_789,
    ("Currie",): 25_548,
}
# Special election for U.S. Representative, Alaska, 16 August 2022, the tabulation of 31 August:
# https://www.kodiakdailymirror.com/news/article_a97b6e3c-29a4-11ed-97ca-bf61020e1520.html and
# https://www.washingtonpost.com/elections/2022/08/31/ranked-choice-totals-alaska-peltola/
# 11,222 ballots named nobody else, 47 named two at the same rank.
ALASKA_HOUSE = {
    ("Peltola",): 75_761,
    ("Palin",): 58_945,
    ("Begich", "Palin"): 27_042,
    ("Begich", "Peltola"): 15_445,
    ("Begich",): 11_222 + 47,
}
# U.S. Senator, Alaska, 8 November 2022, from the first round without write-ins on:
# https://en.wikipedia.org/wiki/2022_Alaska_elections#United_States_Senate_(Class_III) and
# https://en.wikipedia.org/wiki/2022_United_States_Senate_election_in_Alaska
ALASKA_SENATE = {
    ("Murkowski",): 114_118,
    ("Tshibaka",): 112_101,
    ("Chesbro", "Murkowski"): 20_571,
    ("Chesbro", "Kelley", "Tshibaka"): 2_224,
    ("Chesbro",): 28_233 - 20_571 - 2_224,
    ("Kelley", "Murkowski"): 1_641,
    ("Kelley", "Tshibaka"): 3_209,
    ("Kelley", "Chesbro"): 901,
    ("Kelley",): 8_575 - 1_641 - 3_209 - 901,
}
# The textbook example of a capital for Tennessee, in percent of the voters:
# https://electowiki.org/wiki/Effects_of_different_voting_systems_under_similar_circumstances and
# https://en.wikipedia.org/wiki/Instant-runoff_voting
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
        ALASKA_HOUSE,
        [
            ({"Peltola": 75_761, "Palin": 58_945, "Begich": 53_756}, 0, ("Begich",)),
            ({"Peltola": 91_206, "Palin": 85_987}, 11_269, ()),
        ],
        "Peltola",
    ),
    (
        ALASKA_SENATE,
        [
            (
                {"Murkowski": 114_118, "Tshibaka": 112_101, "Chesbro": 28_233, "Kelley": 8_575},
                0,
                ("Kelley",),
            ),
            (
                {"Murkowski": 115_759, "Tshibaka": 115_310, "Chesbro": 29_134},
                263_027 - 260_203,
                ("Chesbro",),
            ),
            ({"Murkowski": 136_330, "Tshibaka": 117_534}, 263_027 - 253_864, ()),
        ],
        "Murkowski",
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


IDS = ["ireland", "alaska-house", "alaska-senate", "tennessee"]


@pytest.mark.parametrize(("ballots", "rounds", "winner"), PUBLISHED, ids=IDS)
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
