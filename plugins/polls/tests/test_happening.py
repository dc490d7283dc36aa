"""The log hears of beginnings, ends and who had a say, and never of a choice or a result."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forum_polls import operations

from forum.api.data import list_event_types, unit, unscoped
from forum.core.events import EventRow
from forum.testing.builders import make_topic, switch_plugin
from forum.testing.fixtures import MOMENT
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll


def read_log(town: Town) -> list[Any]:
    """Return the plugin's events in order."""
    with town.app.app_context(), unscoped("tests read the log") as session:
        ours = sa.select(EventRow).where(EventRow.name.startswith("polls."))
        return list(session.scalars(ours.order_by(EventRow.id)))


def told(town: Town) -> list[tuple[str, int | None]]:
    return [(row.name.partition(".")[2], row.actor_id) for row in read_log(town)]


def run_clock(town: Town, full: FullPoll) -> None:
    with town.app.app_context(), unit():
        operations.close_by_clock({"poll_id": full.poll.id})


def test_a_poll_is_told_of_from_its_beginning_to_its_end(town: Town) -> None:
    full = town.start()
    assert told(town) == [("poll_opened", town.anke)]
    town.vote(town.deniz, full, "Ja")
    town.vote(town.deniz, full, "Nein")
    assert told(town) == [("poll_opened", town.anke)]
    town.close(full)
    assert told(town)[1:] == [("poll_closed", town.chair), ("vote_cast", town.deniz)]
    opened, closed, cast = read_log(town)
    place = {
        "poll_id": full.poll.id,
        "topic_id": full.poll.topic_id,
        "post_id": full.poll.post_id,
    }
    assert (opened.payload, closed.payload, cast.payload) == (place, {**place, "voters": 1}, place)
    assert {row.area_id for row in (opened, closed, cast)} == {town.here}


def test_polls_in_texts_begin_once(town: Town) -> None:
    source = ":::poll Kommt ihr?\nJa\nNein\n:::\n\n:::poll Wann?\nmorgens\nabends\n:::"
    make_topic(town.app, town.here, author=town.deniz, source=source)
    assert told(town) == [("poll_opened", town.deniz)] * 2


def test_votes_taken_back_are_not_told(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    with town.acting(town.deniz) as scope:
        operations.withdraw_vote(scope, full.poll.id)
    town.close(full)
    assert [name for name, _actor in told(town)] == ["poll_opened", "poll_closed"]


def test_after_a_reopening_only_new_voters_are_told(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    town.close(full)
    clock(MOMENT + timedelta(hours=1))
    with town.acting(town.chair) as scope:
        operations.reopen_poll(scope, full.poll.id)
    clock(MOMENT + timedelta(hours=2))
    town.vote(town.deniz, full, "Nein")
    town.vote(town.anke, full, "Nein")
    town.close(full)
    assert told(town)[3:] == [
        ("poll_reopened", town.chair),
        ("poll_closed", town.chair),
        ("vote_cast", town.anke),
    ]


def test_the_clock_tells_once_and_only_where_polls_are_on(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    full, off = (town.start(ends="2026-11-20T18:00") for _ in range(2))
    town.vote(town.deniz, full, "Ja")
    clock(MOMENT + timedelta(hours=12))
    for _ in range(2):
        run_clock(town, full)
    assert told(town)[2:] == [("poll_closed", None), ("vote_cast", town.deniz)]
    assert read_log(town)[2].origin == "system"
    switch_plugin(town.app, town.here, "polls", state="off")
    run_clock(town, off)
    assert len(read_log(town)) == 4
    switch_plugin(town.app, town.here, "polls")
    assert town.see(off.poll.id).poll.seal


@pytest.mark.parametrize("fields", [{"secret": "1"}, {"kind": "survey", "options": "Was fehlt?"}])
def test_secret_ballots_name_nobody(town: Town, fields: dict[str, str]) -> None:
    full = town.start(**fields)
    if full.questions:
        town.mark(town.deniz, full, sheet={full.questions[0].poll.id: "Kaffee"})
    else:
        town.vote(town.deniz, full, "Ja")
    town.close(full)
    assert told(town) == [("poll_opened", town.anke), ("poll_closed", town.chair)]


@pytest.mark.parametrize("results", ["always", "after_vote", "after_close", "team"])
def test_no_choice_and_no_result_is_in_the_log(town: Town, results: str) -> None:
    full = town.start(results=results, options="Apfel\nBirne", own="open")
    town.vote(town.deniz, full, "Apfel")
    town.vote(town.anke, full, answer="Quitte")
    town.close(full)
    for row in read_log(town):
        assert set(row.payload) <= {"poll_id", "topic_id", "post_id", "voters"}
        for word in ("Apfel", "Birne", "Quitte", results):
            assert word not in json.dumps(row.payload)
    named = [row.actor_id for row in read_log(town) if row.name == "polls.vote_cast"]
    assert named == sorted(named), "in the order of the ids, not of the votes"


@pytest.mark.weave("event vocabulary")
def test_they_are_in_the_vocabulary(town: Town) -> None:
    with town.app.app_context():
        names = {event.name for event in list_event_types() if event.name.startswith("polls.")}
    assert names == {
        "polls.poll_opened",
        "polls.poll_closed",
        "polls.poll_reopened",
        "polls.vote_cast",
    }


def test_the_end_costs_the_same_for_any_number_of_votes(town: Town) -> None:
    few, many = town.start(), town.start()
    for member in town.make_members(7):
        town.vote(member, many, "Ja")
    town.vote(town.deniz, few, "Ja")

    def number(full: FullPoll) -> int:
        with count_statements() as seen, town.acting(town.chair) as scope:
            operations.close_poll(scope, full.poll.id)
        return len(seen)

    assert number(few) == number(many)


def test_a_vote_writes_no_event(town: Town) -> None:
    full = town.start()
    with count_statements() as seen:
        town.vote(town.deniz, full, "Ja")
    assert not [one for one in seen if one.startswith("INSERT INTO event")]
