"""What nobody must be able to do by being quick: vote twice, add one answer twice, lose a vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from forum_polls import operations
from forum_polls.values import Ballot

from forum.api.data import Conflict
from forum.testing.builders import acting, add_member, make_user

if TYPE_CHECKING:
    from conftest import Town

VOTERS = 50
T = TypeVar("T")


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Let all of them begin at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def make_voters(town: Town, number: int) -> list[int]:
    voters = [make_user(town.app, f"Mitglied {i}") for i in range(number)]
    for voter in voters:
        add_member(town.app, town.here, voter)
    return voters


def test_double_clicks_of_fifty_count_once_each(town: Town) -> None:
    full = town.start()
    ids = [option.id for option in full.options]
    path = f"/a/kreis/polls/{full.poll.id}/vote"

    def prepare(voter: int, option_id: int) -> Callable[[], int]:
        client = town.client(voter)
        page = client.get("/a/kreis/polls/").get_data(as_text=True)
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        fields = {"csrf_token": token, "option": str(option_id)}
        return lambda: client.post(path, data=fields).status_code

    voters = make_voters(town, VOTERS)
    clicks = [prepare(voter, ids[i % 3]) for i, voter in enumerate(voters) for _ in range(2)]
    assert set(at_once(clicks)) == {303}
    assert list(town.tally(full.poll.id).values()) == [17, 17, 16]
    assert town.see(full.poll.id).poll.voters == VOTERS
    rows = town.count_rows()
    assert (rows["polls_turnout"], rows["polls_vote"]) == (VOTERS, VOTERS)
    town.recount()


def test_one_member_changing_minds_at_once_has_one_vote(town: Town) -> None:
    full = town.start()

    def choose(option_id: int) -> Callable[[], str]:
        def act() -> str:
            with acting(town.app, town.deniz, town.here) as scope:
                ballot = Ballot(frozenset({option_id}))
                return operations.vote(scope, full.poll.id, ballot=ballot).what

        return act

    at_once([choose(option.id) for option in full.options for _ in range(4)])
    assert sum(town.tally(full.poll.id).values()) == 1
    assert town.see(full.poll.id).poll.voters == 1
    town.recount()


def test_one_answer_added_by_two_at_once_is_one(town: Town) -> None:
    full = town.start(own="open")
    spellings = ["Lastenrad", "lastenrad ", " LASTENRAD", "Lastenrad"]
    voters = make_voters(town, len(spellings))

    def add(voter: int, answer: str) -> Callable[[], str]:
        def act() -> str:
            with acting(town.app, voter, town.here) as scope:
                return operations.vote(scope, full.poll.id, ballot=Ballot(answer=answer)).answer

        return act

    made = at_once([add(*pair) for pair in zip(voters, spellings, strict=True)])
    assert sorted(made) == ["added", "joined", "joined", "joined"]
    assert list(town.tally(full.poll.id).values()) == [0, 0, 0, 4]
    town.recount()


def test_votes_racing_with_the_end_are_all_counted_or_all_refused(town: Town) -> None:
    full = town.start()
    voters = make_voters(town, 12)

    def vote(voter: int) -> Callable[[], int]:
        def act() -> int:
            try:
                with acting(town.app, voter, town.here) as scope:
                    operations.vote(
                        scope, full.poll.id, ballot=Ballot(frozenset({full.options[0].id}))
                    )
            except Conflict:
                return 0
            return 1

        return act

    def close() -> int:
        with acting(town.app, town.chair, town.here) as scope:
            operations.close_poll(scope, full.poll.id)
        return 0

    counted = sum(at_once([*map(vote, voters), close]))
    assert town.tally(full.poll.id)["Ja"] == counted
    assert not town.see(full.poll.id).poll.is_open
    town.recount()


def test_erasure_racing_with_votes_keeps_tallies(town: Town) -> None:
    polls = [town.start() for _ in range(3)]
    voters = make_voters(town, 8)
    for full in polls:
        for voter in voters:
            town.vote(voter, full, "Ja")

    def erase() -> str:
        with acting(town.app, town.chair, town.here):
            operations.erase_votes(voters[0])
        return "erased"

    def change(voter: int) -> Callable[[], str]:
        def act() -> str:
            for full in reversed(polls):
                town.vote(voter, full, "Nein")
            return "changed"

        return act

    at_once([erase, *map(change, voters[1:])])
    for full in polls:
        assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 7, "Noch nicht": 0}
        assert town.see(full.poll.id).poll.voters == 7
    town.recount()
