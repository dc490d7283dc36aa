"""The attack on secret ballots: everything that is written down, joined against known votes.

The attacker has the database with what it knows of its rows (`xmin`, `ctid`, `rowid`), the log of
the server, the order of voting, half of the votes to learn from. No guess may beat the winner.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from forum_polls import operations
from forum_polls.values import Ballot

from forum.api.data import Model

if TYPE_CHECKING:
    from conftest import Hall, Town
    from forum_polls.shapes import FullPoll

Row = Mapping[str, Any]
Choice = Any
Guesses = Mapping[int, Choice]
DEVIATIONS = 4.5
"""Hundreds of guesses are made: what one of them may be above chance, in standard deviations."""
NEIGHBOURS = 5
FEW, MANY = 60, 1_000


@dataclass(frozen=True)
class Evidence:
    """What lies there after the votes: `ballots` are the rows that could be somebody's.

    `voters` are in the order in which they voted; `lines` are those that the log has of it.
    """

    voters: Sequence[int]
    truth: Mapping[int, Choice]
    tables: Mapping[str, Sequence[Row]]
    ballots: Sequence[tuple[Choice, Row]]
    lines: Sequence[str] = ()

    def list_traces(self) -> Iterator[tuple[str, dict[int, Row]]]:
        """Give the rows of each table by the voter whom a column of it names."""
        for table, rows in self.tables.items():
            for column in names_of_users(table):
                found = {row[column]: row for row in rows if row[column] in self.truth}
                if found:
                    yield f"{table}.{column}", found


def names_of_users(table: str) -> list[str]:
    """Return the columns of a table that say who somebody is."""
    if table == "user":
        return ["id"]
    columns = Model.metadata.tables[table].columns
    return [
        column.name
        for column in columns
        if any(key.column.table.name == "user" for key in column.foreign_keys)
    ]


def guess_by_equality(evidence: Evidence) -> Iterator[tuple[str, Guesses]]:
    """Join a voter's rows with ballots on every pair of columns; one ballot found is a guess."""
    indexes: dict[str, dict[str, set[Choice]]] = defaultdict(lambda: defaultdict(set))
    for choice, row in evidence.ballots:
        for column, value in row.items():
            indexes[column][str(value)].add(choice)
    for trace, rows in evidence.list_traces():
        for mine in next(iter(rows.values())):
            for theirs, index in indexes.items():
                found = {who: index.get(str(row[mine]), set()) for who, row in rows.items()}
                guesses = {who: next(iter(one)) for who, one in found.items() if len(one) == 1}
                yield f"{trace}: {mine} = {theirs}", guesses


def guess_by_moments(evidence: Evidence) -> Iterator[tuple[str, Guesses]]:
    """Follow transactions and times: whatever was written at a voter's moment may name a ballot."""
    written: dict[str, set[str]] = defaultdict(set)
    for table, rows in evidence.tables.items():
        for row in rows:
            for moment in list_moments(row):
                written[moment] |= {f"{table}.{key}={value}" for key, value in row.items()}
    marks = [
        (choice, {f"{table}.id={row.get('id')}" for table in ("polls_option", "polls_sheet")})
        for choice, row in evidence.ballots
    ]
    for trace, rows in evidence.list_traces():
        guesses = {}
        for who, row in rows.items():
            seen = set().union(*(written[moment] for moment in list_moments(row)))
            found = {choice for choice, mark in marks if seen & mark}
            if len(found) == 1:
                guesses[who] = found.pop()
        yield f"{trace}: what was written at that moment", guesses


def list_moments(row: Row) -> list[str]:
    times = [value for value in row.values() if isinstance(value, datetime)]
    return [str(value) for value in (*times, row.get("xmin_")) if value is not None]


def guess_by_order(evidence: Evidence) -> Iterator[tuple[str, Guesses]]:
    """Lay voters and ballots side by side, both in every order that a column gives them."""
    orders = {"as they voted": list(evidence.voters)}
    for trace, rows in evidence.list_traces():
        for column in next(iter(rows.values())):
            orders[f"{trace} by {column}"] = sorted(
                rows, key=lambda who, rows=rows, column=column: sortable(rows[who][column])
            )
    for theirs in evidence.ballots[0][1]:
        laid = sorted(evidence.ballots, key=lambda one, key=theirs: sortable(one[1][key]))
        choices = [choice for choice, row in laid for _turn in range(row.get("votes", 1))]
        for name, order in orders.items():
            for way, there in (("", choices), (", backwards", choices[::-1])):
                guesses = dict(zip(order, there, strict=False))
                yield f"voters {name}, ballots by {theirs}{way}", guesses


def guess_by_learning(evidence: Evidence) -> Iterator[tuple[str, Guesses]]:
    """Learn from every second voter what any figure about a voter says of the choice."""
    figures: dict[str, dict[int, Any]] = {}
    for trace, rows in evidence.list_traces():
        for column in next(iter(rows.values())):
            figures[f"{trace}: {column}"] = {who: row[column] for who, row in rows.items()}
    for who, line in zip(evidence.voters, evidence.lines, strict=False):
        for place, number in enumerate(re.findall(r"\d+(?:\.\d+)?", line)):
            figures.setdefault(f"log: {place}. number", {})[who] = float(number)
    for name, values in figures.items():
        known = {who: value for turn, (who, value) in enumerate(values.items()) if turn % 2}
        if known:
            yield name, learn(evidence.truth, known, asked=values.keys() - known.keys(), of=values)


def learn(
    truth: Mapping[int, Choice], known: Mapping[int, Any], *, asked: set[int], of: Mapping[int, Any]
) -> Guesses:
    """Guess by the same figure, and where nobody has it by those next to it."""
    same: dict[str, Counter[Choice]] = defaultdict(Counter)
    for who, value in known.items():
        same[str(value)][truth[who]] += 1
    order = sorted(of, key=lambda who: sortable(of[who]))
    guesses = {}
    for place, who in enumerate(order):
        if who in asked:
            around = order[max(0, place - 2 * NEIGHBOURS) : place + 2 * NEIGHBOURS]
            near = Counter(truth[one] for one in around if one in known)
            best = (same.get(str(of[who])) or near).most_common(1)
            guesses[who] = best[0][0] if best else None
    return guesses


def sortable(value: Any) -> tuple[float, str]:
    """Sort numbers, times and places of rows as what they are, all else as text."""
    if isinstance(value, datetime):
        return value.timestamp(), ""
    digits = re.fullmatch(r"\(?(\d+)(?:,(\d+)\))?", str(value))
    if digits is None:
        return 0.0, str(value)
    return float(digits[1]) + float(digits[2] or 0) / 1_000_000, ""


ATTACKS: Sequence[Callable[[Evidence], Iterator[tuple[str, Guesses]]]] = (
    guess_by_equality,
    guess_by_moments,
    guess_by_order,
    guess_by_learning,
)


def attack(evidence: Evidence) -> list[str]:
    """Return the guesses that hit more often than always naming what most have chosen."""
    share = Counter(evidence.truth.values()).most_common(1)[0][1] / len(evidence.truth)
    leaks, tried = [], 0
    for way in ATTACKS:
        for name, guesses in way(evidence):
            hits = sum(evidence.truth[who] == choice for who, choice in guesses.items())
            chance = len(guesses) * share
            tried += 1
            if hits > chance + DEVIATIONS * (chance * (1 - share)) ** 0.5:
                leaks.append(f"{way.__name__}, {name}: {hits} of {len(guesses)}")
    assert tried > 5, "there was something to try"
    return leaks


# What the attack is worth: three careless ways to keep a ballot, each of which it has to find.


def imagine(**changes: Sequence[Any]) -> Evidence:
    rng = Random(5)
    voters = rng.sample(range(1_000), FEW)
    truth = {who: rng.choice("ABC") for who in voters}
    places = rng.sample(range(10_000, 20_000), FEW)
    turnout = [{"user_id": who, "xmin_": place} for who, place in zip(voters, places, strict=True)]
    moments = changes.get("moments", rng.sample(range(10_000), FEW))
    ballots = [
        (truth[who], {"id": identity, "xmin_": moment})
        for who, identity, moment in zip(
            voters, changes.get("ids", rng.sample(range(10_000), FEW)), moments, strict=True
        )
    ]
    if "moments" in changes:
        ballots = [
            (choice, {**row, "xmin_": places[turn]}) for turn, (choice, row) in enumerate(ballots)
        ]
    lines = [f"POST vote 200 {ord(truth[who]) * 10} bytes" for who in voters]
    return Evidence(
        voters, truth, {"polls_turnout": turnout}, ballots, lines if "lines" in changes else ()
    )


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"moments": range(FEW)}, "guess_by_equality"),
        ({"ids": range(FEW)}, "guess_by_order"),
        ({"lines": [True]}, "guess_by_learning"),
    ],
    ids=["one transaction", "ids in order", "sizes in the log"],
)
def test_the_attack_finds_careless_ballots(changes: dict[str, Any], by: str) -> None:
    assert any(leak.startswith(by) for leak in attack(imagine(**changes)))


def test_the_attack_finds_nothing_where_nothing_is() -> None:
    assert attack(imagine()) == []


# What lies there after real votes.


def draw(town: Town, voters: Sequence[int], full: FullPoll, *, seed: int) -> dict[int, Ballot]:
    """Draw what everybody votes."""
    rng = Random(seed)
    ids = [option.id for option in full.options]
    if full.poll.kind == "ranked":
        drawn = {who: rng.sample(ids, len(ids)) for who in voters}
        return {
            who: Ballot(marks={option: rank for rank, option in enumerate(order, 1)})
            for who, order in drawn.items()
        }
    return {who: Ballot(frozenset({rng.choice(ids)})) for who in voters}


def tell(ballot: Ballot) -> Choice:
    """Return the choice as the database could hold it: an option, or a ranking."""
    if ballot.marks:
        return tuple(sorted(ballot.marks, key=ballot.marks.__getitem__))
    return next(iter(ballot.option_ids))


def collect(
    town: Town, full: FullPoll, ballots: Mapping[int, Ballot], *, log: Sequence[str] = ()
) -> Evidence:
    """Gather what there is about a poll; `ballots` are in the order of voting."""
    tables = town.read_all()
    options = {option.id for option in full.options}
    found: list[tuple[Choice, Row]]
    if not full.poll.secret:
        rows = tables["polls_vote_choice"]
        found = [(row["option_id"], row) for row in rows if row["option_id"] in options]
    elif full.poll.kind == "ranked":
        found = [(tuple(row["content"]), row) for row in tables["polls_sheet"]]
    else:
        found = [(row["id"], row) for row in tables["polls_option"] if row["id"] in options]
    turnout = [row for row in tables["polls_turnout"] if row["poll_id"] == full.poll.id]
    path = f"/polls/{full.poll.id}/vote"
    return Evidence(
        list(ballots),
        {who: tell(ballot) for who, ballot in ballots.items()},
        {**tables, "polls_turnout": turnout},
        found,
        [line for line in log if path in line],
    )


@pytest.mark.parametrize("kind", ["single", "multiple", "scale", "motion", "ranked"])
def test_nothing_in_the_database_tells_who_chose_what(town: Town, kind: str) -> None:
    options = {"motion": "", "scale": "schlecht\ngut"}.get(kind, "Ja\nNein\nNie")
    full = town.start(kind=kind, secret="1", options=options)
    ballots = draw(town, town.make_members(FEW), full, seed=7)
    for who, ballot in ballots.items():
        with town.acting(who) as scope:
            operations.vote(scope, full.poll.id, ballot=ballot)
    assert attack(collect(town, full, ballots)) == []


def test_named_votes_are_found_one_and_all(town: Town) -> None:
    full = town.start()
    ballots = draw(town, town.make_members(FEW), full, seed=7)
    for who, ballot in ballots.items():
        with town.acting(who) as scope:
            operations.vote(scope, full.poll.id, ballot=ballot)
    leaks = attack(collect(town, full, ballots))
    assert any(leak.endswith(f": {FEW} of {FEW}") for leak in leaks)


@pytest.mark.soak
def test_a_thousand_known_votes_through_real_processes_with_their_log(hall: Hall) -> None:
    town = hall.town
    members = town.make_members(MANY)
    Random(11).shuffle(members)
    polls = [town.start(secret="1"), town.start(kind="ranked", secret="1")]
    drawn = [draw(town, members, full, seed=turn) for turn, full in enumerate(polls)]
    booths = hall.open_booths(members)
    for who, booth in zip(members, booths, strict=True):
        for full, ballots in zip(polls, drawn, strict=True):
            fields = list_fields(ballots[who])
            assert booth.post(f"/a/kreis/polls/{full.poll.id}/vote", fields) == 303
    log = hall.log.read_text().splitlines()
    assert log, "the server wrote a log"
    for full, ballots in zip(polls, drawn, strict=True):
        assert town.see(full.poll.id).poll.voters == MANY
        assert attack(collect(town, full, ballots, log=log)) == []


def list_fields(ballot: Ballot) -> list[tuple[str, object]]:
    """Return what the form of a ballot sends."""
    marks = [(f"mark-{option}", rank) for option, rank in ballot.marks.items()]
    return [*marks, *(("option", option) for option in ballot.option_ids)]
