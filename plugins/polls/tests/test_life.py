"""A poll ends by hand or by the clock, opens again with a trace, and shows results by its rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.rules import can_see_results

from forum.api.data import Conflict, Denied, Invalid

if TYPE_CHECKING:
    from conftest import Town

END = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
MoveClock = Callable[[datetime], None]


def test_clock_ends_a_poll_to_the_moment(town: Town, clock: MoveClock) -> None:
    full = town.start(ends="2026-11-30T18:00")
    clock(END - timedelta(microseconds=1))
    town.vote(town.deniz, full, "Ja")
    clock(END)
    assert town.see(full.poll.id).poll.ended_at == END
    with pytest.raises(Conflict):
        town.vote(town.anke, full, "Ja")
    with pytest.raises(Conflict), town.acting(town.deniz) as scope:
        operations.withdraw_vote(scope, full.poll.id)
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}


def test_author_and_moderator_end_and_reopen(town: Town, clock: MoveClock) -> None:
    full = town.start(ends="2026-11-30T18:00")
    for user in (town.anke, town.chair):
        with town.acting(user) as scope:
            operations.close_poll(scope, full.poll.id)
        assert not town.see(full.poll.id).poll.is_open
        with pytest.raises(Conflict), town.acting(user) as scope:
            operations.close_poll(scope, full.poll.id)
        with town.acting(user) as scope:
            operations.reopen_poll(scope, full.poll.id)
        with pytest.raises(Conflict), town.acting(user) as scope:
            operations.reopen_poll(scope, full.poll.id)
    poll = town.see(full.poll.id).poll
    assert (poll.is_open, poll.ends_at, poll.reopened_at is not None) == (True, END, True)


def test_reopening_after_the_end_takes_the_end_away(town: Town, clock: MoveClock) -> None:
    full = town.start(ends="2026-11-30T18:00")
    clock(END)
    with town.acting(town.anke) as scope:
        operations.reopen_poll(scope, full.poll.id)
    poll = town.see(full.poll.id).poll
    assert (poll.is_open, poll.ends_at, poll.reopened_at) == (True, None, END)
    town.vote(town.deniz, full, "Ja")


def test_others_may_not_manage(town: Town) -> None:
    full = town.start()
    for operation in (operations.close_poll, operations.reopen_poll):
        for user in (town.deniz, town.stranger):
            with pytest.raises(Denied), town.acting(user) as scope:
                operation(scope, full.poll.id)
    with pytest.raises(Denied), town.acting(town.deniz) as scope:
        operations.set_results(scope, full.poll.id, results="after_close")


def test_rule_for_results_only_tightens_after_the_first_vote(town: Town) -> None:
    full = town.start(results="after_vote")

    def set_to(results: str) -> str:
        with town.acting(town.anke) as scope:
            operations.set_results(scope, full.poll.id, results=results)
        return town.see(full.poll.id).poll.results

    assert [set_to(rule) for rule in ("always", "after_close", "after_vote")] == [
        "always",
        "after_close",
        "after_vote",
    ]
    town.vote(town.deniz, full, "Ja")
    for rule in ("always", "whatever", ""):
        with pytest.raises(Invalid):
            set_to(rule)
    assert set_to("after_vote") == "after_vote"
    assert set_to("after_close") == "after_close"
    with pytest.raises(Invalid):
        set_to("after_vote")


@pytest.mark.parametrize(
    ("results", "voted", "is_open", "shown"),
    [
        ("always", False, True, True),
        ("always", True, True, True),
        ("always", False, False, True),
        ("after_vote", False, True, False),
        ("after_vote", True, True, True),
        ("after_vote", False, False, True),
        ("after_close", False, True, False),
        ("after_close", True, True, False),
        ("after_close", True, False, True),
    ],
)
def test_when_results_show(results: str, *, voted: bool, is_open: bool, shown: bool) -> None:
    assert can_see_results(results, voted=voted, is_open=is_open) is shown
