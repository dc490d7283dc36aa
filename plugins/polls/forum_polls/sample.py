"""What `forum plugin check` and the contract's tests put into the tables before they look."""

from __future__ import annotations

from collections.abc import Mapping

from forum.api.data import now
from forum.plugin import SamplePlace, SampleWorld
from forum_polls import operations
from forum_polls.links import make_vote_link
from forum_polls.operations.rows import update_poll
from forum_polls.queries import get_full_poll, list_polls_of_posts
from forum_polls.rules import FRESH
from forum_polls.values import Ballot

KIND = "poll"


def populate(world: SampleWorld) -> None:
    """Let every member ask and everybody vote with an answer of their own; end one poll.

    One poll is a secret ranking, in which one has voted and another is invited to by a link; one
    stays open for programs; one is a survey, old enough to be reminded of.
    """
    for place in world.places:
        poll_id = 0
        for asks in place.member_ids:
            poll_id = _ask(world, place, asks, {"own": "open"})
            for votes in place.member_ids:
                # An answer that others may have voted for outlives who added it, so it is told
                # in the words of who asked.
                answer = f"{world.text(place, asks)} {votes}"
                with world.acting(place, votes) as scope:
                    operations.vote(scope, poll_id, ballot=Ballot(answer=answer))
        with world.acting(place, place.member_ids[-1]) as scope:
            operations.close_poll(scope, poll_id)
        _rank(world, place)
        _leave_open(world, place)
        survey = f"Wie?\n- {world.text(place, place.member_ids[0])}\n- Nein"
        poll_id = _ask(world, place, place.member_ids[0], {"kind": "survey", "options": survey})
        with world.acting(place, place.member_ids[0]):
            update_poll(poll_id, created_at=now() - FRESH)


def _rank(world: SampleWorld, place: SamplePlace) -> None:
    voter, invited = place.member_ids
    poll_id = _ask(world, place, voter, {"kind": "ranked", "secret": "on"})
    with world.acting(place, voter) as scope:
        full = get_full_poll(scope, poll_id)
        marks = {option.id: rank for rank, option in enumerate(full.options, 1)}
        operations.vote(scope, poll_id, ballot=Ballot(marks=marks))
        world.tell_link(make_vote_link(invited, poll_id))


def _leave_open(world: SampleWorld, place: SamplePlace) -> None:
    voter, asks = place.member_ids
    poll_id = _ask(world, place, asks, {})
    with world.acting(place, voter) as scope:
        chosen = get_full_poll(scope, poll_id).options[1].id
        operations.vote(scope, poll_id, ballot=Ballot(option_ids=frozenset({chosen})))
    address = f"/areas/{place.area.slug}/polls/{poll_id}"
    world.tell_call("GET", address)
    world.tell_call("PUT", f"{address}/vote", {"options": [chosen]})
    world.tell_call("DELETE", f"{address}/vote")


def _ask(world: SampleWorld, place: SamplePlace, user_id: int, rules: Mapping[str, str]) -> int:
    given = {"options": f"{world.text(place, user_id)}\nNein", **rules}
    fields = {f"polls_{name}": (value,) for name, value in given.items()}
    _topic, post = world.start_topic(place, user_id, kind=KIND, extra=fields)
    with world.acting(place, user_id):
        [full] = list_polls_of_posts([post.id])
    return full.poll.id
