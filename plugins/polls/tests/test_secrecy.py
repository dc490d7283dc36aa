"""Secret ballots: the attack that joins everything in the database against known votes.

The attacker has a copy of the database, and of the log, after all have voted, and knows how it is
made. Each way of telling voters and choices together is tried: transactions (`xmin`), places
(`ctid`, `rowid`), orders, ids, times, events. None may do better than guessing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forum_polls import operations
from forum_polls.models import Sheet, Turnout
from forum_polls.values import Ballot

from forum.api.data import Conflict, unit, unscoped
from forum.testing.builders import acting

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

VOTERS = 60
OPTIONS = ("Ja", "Nein", "Noch nicht")


def cast(town: Town, full: FullPoll, voters: Sequence[int], make: Callable[[int], Ballot]) -> None:
    for voter in voters:
        with acting(town.app, voter, town.here) as scope:
            operations.vote(scope, full.poll.id, ballot=make(voter))


def draw(voters: Sequence[int], number: int, *, seed: int) -> dict[int, int]:
    """Draw which option each voter takes."""
    rng = Random(seed)
    return {voter: rng.randrange(number) for voter in voters}


def is_guess(hits: int, total: int, *, chance: float) -> bool:
    """Tell whether so many hits are what chance gives, within four standard deviations."""
    spread = (total * chance * (1 - chance)) ** 0.5
    return hits <= total * chance + 4 * spread


@pytest.mark.parametrize("kind", ["single", "multiple", "scale", "motion"])
def test_tallies_alone_say_nothing_about_anybody(town: Town, kind: str) -> None:
    full = town.start(kind=kind, secret="1", options="" if kind == "motion" else "Ja\nNein")
    voters = town.make_members(VOTERS)
    options = [option.id for option in full.options]
    truth = draw(voters, len(options), seed=7)
    cast(town, full, voters, lambda v: Ballot(frozenset({options[truth[v]]})))
    tables = town.read_all()
    assert tables["polls_vote"] == []
    assert tables["polls_vote_choice"] == []
    assert tables["polls_sheet"] == []
    assert {row["user_id"] for row in tables["polls_turnout"]} == set(voters)
    assert set(tables["polls_turnout"][0]) <= {"poll_id", "user_id", "xmin_", "place_"}
    kept = {row["id"]: row["votes"] for row in tables["polls_option"]}
    assert kept == dict(Counter(options[choice] for choice in truth.values())) | {
        option: kept[option] for option in options if not kept[option]
    }
    # All options carry one and the same transaction: the last voter's, whatever was chosen.
    assert len({row.get("xmin_") for row in tables["polls_option"]}) == 1
    assert no_row_joins_one_voter_with_one_option(tables, voters, options)


def no_row_joins_one_voter_with_one_option(
    tables: dict[str, list[dict[str, Any]]], voters: Sequence[int], options: Sequence[int]
) -> bool:
    """Look for rows that share a transaction, a time or an event with single voters."""
    named: dict[object, set[int]] = {}
    for rows in tables.values():
        for row in rows:
            user = row.get("user_id") or row.get("actor_id")
            if user in voters and row.get("xmin_") is not None:
                named.setdefault(row["xmin_"], set()).add(user)
    marked = Counter(row.get("xmin_") for row in tables["polls_option"])
    for transaction, number in marked.items():
        if transaction is not None and len(named.get(transaction, ())) == 1:
            assert number == len(options), "an option's row stands for one voter's choice"
    for name in ("event", "audit", "audit_entry"):
        for row in tables.get(name, ()):
            assert "vote" not in str(row.get("name", "")), row
    return True


def test_ranked_sheets_are_shuffled_under_fresh_ids(town: Town) -> None:
    full = town.start(kind="ranked", secret="1")
    voters = town.make_members(VOTERS)
    ids = [option.id for option in full.options]
    rng = Random(3)
    truth = {voter: tuple(rng.sample(ids, 3)) for voter in voters}

    def make(voter: int) -> Ballot:
        return Ballot(marks={option: rank for rank, option in enumerate(truth[voter], 1)})

    cast(town, full, voters[:-1], make)
    before = {row["id"] for row in town.read_all()["polls_sheet"]}
    cast(town, full, voters[-1:], make)
    tables = town.read_all()
    sheets = tables["polls_sheet"]
    assert not before & {row["id"] for row in sheets}
    assert len({row.get("xmin_") for row in sheets}) == 1
    assert set(sheets[0]) <= {"id", "poll_id", "content", "post_id", "xmin_", "place_"}
    cast_order = list(voters)
    # On PostgreSQL the turnout lies in the order of voting; the attacker may know it anywhere.
    for key in ("id", "place_"):
        ordered = sorted(sheets, key=lambda row: str(row.get(key)).rjust(24))
        contents = [tuple(row["content"]) for row in ordered]
        for guess in (contents, contents[::-1]):
            hits = sum(truth[v] == c for v, c in zip(cast_order, guess, strict=True))
            assert is_guess(hits, VOTERS, chance=1 / 6), (key, hits)
    assert Counter(tuple(row["content"]) for row in sheets) == Counter(truth.values())
    assert no_row_joins_one_voter_with_one_option(tables, voters, ids)


def test_survey_sheets_are_nobodys(town: Town) -> None:
    full = town.start(kind="survey", options="Wie war es?\n- gut\n- schlecht\n\nWas fehlt?")
    question, text = full.questions
    good = question.options[0].id
    voters = town.make_members(6)
    cast(
        town,
        full,
        voters,
        lambda v: Ballot(
            sheet={question.poll.id: frozenset({good}), text.poll.id: f"Text von {v}"}
        ),
    )
    tables = town.read_all()
    assert len(tables["polls_sheet"]) == 6
    assert tables["polls_vote"] == []
    assert len({row.get("xmin_") for row in tables["polls_sheet"]}) == 1


def test_no_secret_vote_is_cast_twice_changed_or_taken_back(town: Town) -> None:
    full = town.start(secret="1")
    town.vote(town.deniz, full, "Ja")
    rows = town.count_rows()
    for again in ("Ja", "Nein"):
        with pytest.raises(Conflict):
            town.vote(town.deniz, full, again)
    with pytest.raises(Conflict), town.acting(town.deniz) as scope:
        operations.withdraw_vote(scope, full.poll.id)
    assert town.count_rows() == rows
    town.recount()


def test_secret_polls_show_nothing_while_votes_come_and_are_never_opened(town: Town) -> None:
    full = town.start(secret="1", results="always")
    assert (full.poll.secret, full.poll.results) == (True, "after_close")
    town.vote(town.deniz, full, "Ja")
    client = town.client(town.deniz)
    page = client.get(full.poll.url, follow_redirects=True).get_data(as_text=True)
    assert "Das Ergebnis erscheint, wenn die Umfrage beendet ist." in page
    assert 'class="votes"' not in page
    ended = town.close(full)
    assert ended.poll.seal is not None
    assert len(ended.poll.seal) == 64
    with pytest.raises(Conflict), town.acting(town.chair) as scope:
        operations.reopen_poll(scope, full.poll.id)
    shown = client.get(f"/a/kreis/polls/{full.poll.id}").get_data(as_text=True)
    assert ended.poll.seal in shown
    assert "stimmt mit den gespeicherten Zahlen überein" in shown


def test_changed_numbers_break_the_seal(town: Town) -> None:
    full = town.start(secret="1")
    town.vote(town.deniz, full, "Ja")
    town.close(full)
    with town.app.app_context(), unit(), unscoped("tests forge a result") as session:
        session.execute(sa.text("UPDATE polls_option SET votes = votes + 1"))
    shown = town.client().get(f"/a/kreis/polls/{full.poll.id}").get_data(as_text=True)
    assert "passt nicht zu den gespeicherten Zahlen" in shown


def test_own_answers_of_secret_polls_are_not_voted_for(town: Town) -> None:
    full = town.start(secret="1", own="open")
    voted = town.vote(town.deniz, full, answer="Lastenrad")
    assert (voted.what, voted.answer) == ("none", "added")
    rows = town.count_rows()
    assert (rows["polls_turnout"], rows["polls_option"]) == (0, 4)
    seen = town.see(full.poll.id)
    town.vote(town.deniz, seen, "Lastenrad")
    assert town.see(full.poll.id).poll.voters == 1


def test_erased_voter_leaves_the_ballot_counted(town: Town) -> None:
    full = town.start(secret="1")
    town.vote(town.deniz, full, "Ja")
    town.vote(town.anke, full, "Nein")
    with town.acting(town.chair):
        operations.erase_votes(town.deniz)
    ended = town.close(full)
    assert [option.votes for option in ended.options] == [1, 1, 0]
    assert ended.poll.voters == 2
    with town.app.app_context(), unscoped("tests count") as session:
        assert session.scalars(sa.select(Turnout.user_id)).all() == [town.anke]
        assert session.scalar(sa.select(sa.func.count()).select_from(Sheet)) == 0


@pytest.mark.parametrize("kind", ["number", "dates"])
def test_what_names_its_voter_is_not_offered_as_secret(town: Town, kind: str) -> None:
    from forum.api.data import Invalid

    with pytest.raises(Invalid) as refused:
        town.start(kind=kind, secret="1", options="24.12.2026\n25.12.2026")
    assert refused.value.field == "polls_secret"
