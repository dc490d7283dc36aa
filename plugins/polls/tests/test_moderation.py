"""Options after the poll began: reviewed, merged, hidden, put right; no vote is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.results import make_seal, tell_result

from forum.api.data import Conflict, Denied, Invalid

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll


def option_id(town: Town, full: FullPoll, text: str) -> int:
    seen = town.see(full.poll.id)
    return next(o.id for o in (*seen.options, *seen.aside) if o.text == text)


def merge(town: Town, user: int, full: FullPoll, source: str, target: str) -> None:
    ids = {"source_id": option_id(town, full, source), "target_id": option_id(town, full, target)}
    with town.acting(user) as scope:
        operations.merge_options(scope, full.poll.id, **ids)


def test_merged_options_leave_one_vote_per_voter(town: Town) -> None:
    full = town.start(kind="multiple", own="open")
    town.vote(town.deniz, full, "Ja", answer="Lastenrad")
    town.vote(town.anke, full, answer="Lastenfahrrad")
    seen = town.see(full.poll.id)
    town.vote(town.chair, seen, "Lastenrad", "Lastenfahrrad")
    with pytest.raises(Denied):
        merge(town, town.deniz, full, "Lastenfahrrad", "Lastenrad")
    merge(town, town.chair, full, "Lastenfahrrad", "Lastenrad")
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0, "Lastenrad": 3}
    assert town.see(full.poll.id).poll.voters == 3
    town.recount()
    # Whoever writes it the other way again votes for the one that is left.
    assert town.vote(town.anke, full, "Ja", answer="lastenfahrrad").answer == "joined"
    assert town.tally(full.poll.id)["Lastenrad"] == 3
    for pair in (("Lastenrad", "Lastenrad"),):
        with pytest.raises(Invalid):
            merge(town, town.chair, full, *pair)
    town.recount()


def test_secret_votes_merge_where_that_is_certain(town: Town) -> None:
    single = town.start(secret="1")
    town.vote(town.deniz, single, "Ja")
    town.vote(town.anke, single, "Nein")
    merge(town, town.chair, single, "Nein", "Ja")
    assert town.tally(single.poll.id) == {"Ja": 2, "Noch nicht": 0}
    several = town.start(kind="multiple", secret="1")
    town.vote(town.deniz, several, "Ja", "Nein")
    with pytest.raises(Conflict):
        merge(town, town.chair, several, "Nein", "Ja")


def test_reviewed_answers_wait_for_the_core_team(town: Town) -> None:
    full = town.start(own="review")
    voted = town.vote(town.deniz, full, answer="Lastenrad")
    assert (voted.what, voted.answer) == ("none", "waiting")
    assert town.count_rows()["polls_vote"] == 0
    assert "Lastenrad" not in town.tally(full.poll.id)
    member = town.client(town.deniz)
    assert "Lastenrad" not in member.get(full.poll.url, follow_redirects=True).get_data(
        as_text=True
    )
    team = town.client(town.chair)
    path = f"/a/kreis/polls/{full.poll.id}"
    assert "wartet auf das Kernteam" in team.get(path).get_data(as_text=True)
    wanted = option_id(town, full, "Lastenrad")
    with pytest.raises(Denied), town.acting(town.deniz) as scope:
        operations.set_option_state(scope, full.poll.id, option_id=wanted, state="shown")
    with town.acting(town.chair) as scope:
        operations.set_option_state(scope, full.poll.id, option_id=wanted, state="shown")
    town.vote(town.deniz, town.see(full.poll.id), "Lastenrad")
    assert town.vote(town.chair, full, answer="Sofort").answer == "added"
    town.recount()


@pytest.mark.weave("moderation")
def test_hidden_option_keeps_its_votes_and_comes_back(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Nein")
    hidden = option_id(town, full, "Nein")
    for state, shown in (("hidden", False), ("shown", True)):
        with town.acting(town.chair) as scope:
            operations.set_option_state(scope, full.poll.id, option_id=hidden, state=state)
        assert ("Nein" in town.tally(full.poll.id)) is shown
        town.recount()
    assert town.tally(full.poll.id)["Nein"] == 1


def test_options_are_edited_by_rules_that_lose_no_vote(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")

    def edit(text: str, to: str) -> None:
        with town.acting(town.anke) as scope:
            operations.edit_option(
                scope, full.poll.id, option_id=option_id(town, full, text), text=to
            )

    edit("Ja", "JA")
    for text in ("Doch nicht", ""):
        with pytest.raises(Invalid):
            edit("JA", text)
    edit("Nein", "Niemals")
    with pytest.raises(Invalid):
        edit("Niemals", "ja")
    edit("Noch nicht", "")
    with pytest.raises(Invalid):
        edit("Niemals", "")
    with town.acting(town.anke) as scope:
        operations.add_option(scope, full.poll.id, text="Später")
        with pytest.raises(Invalid):
            operations.add_option(scope, full.poll.id, text=" später ")
    assert town.tally(full.poll.id) == {"JA": 1, "Niemals": 0, "Später": 0}
    with pytest.raises(Denied), town.acting(town.deniz) as scope:
        operations.add_option(scope, full.poll.id, text="Heute")
    town.close(full)
    with pytest.raises(Conflict):
        edit("Niemals", "Nie")
    town.recount()


def test_who_voted_sees_that_there_is_more_to_choose(town: Town, clock) -> None:
    from datetime import UTC, datetime

    full = town.start(own="open")
    town.vote(town.deniz, full, "Ja")
    clock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    town.vote(town.anke, full, answer="Lastenrad")
    page = town.client(town.deniz).get(full.poll.url, follow_redirects=True)
    assert "Seit deiner Stimme gibt es eine weitere Antwort." in page.get_data(as_text=True)


def test_forms_of_moderation_answer_at_the_poll(town: Town) -> None:
    full = town.start()
    chair = town.client(town.chair)
    path = f"/a/kreis/polls/{full.poll.id}"
    token = chair.get(path).get_data(as_text=True)
    csrf = token.partition('name="csrf_token" value="')[2].partition('"')[0]
    ja, nein = option_id(town, full, "Ja"), option_id(town, full, "Nein")

    def send(verb: str, **fields: object) -> int:
        return chair.post(f"{path}/{verb}", data={"csrf_token": csrf, **fields}).status_code

    assert send("merge", source=ja, target=ja) == 422
    assert send("merge", source="x", target=ja) == 404
    assert send("merge", source=nein, target=ja) == 303
    assert send("options/add", text="") == 422
    assert send("options/add", text="Später") == 303
    assert send(f"options/{ja}/edit", text="Jawohl") == 303
    assert send(f"options/{ja}/state", state="weg") == 422
    assert send("options/999999/state", state="hidden") == 404
    assert send(f"options/{ja}/state", state="hidden") == 303


def test_a_ranked_poll_ends_after_an_option_was_taken_away(town: Town) -> None:
    full = town.start(kind="ranked", options="Bonn\nKiel\nUlm")
    town.mark(town.deniz, full, marks={"Bonn": 1})
    ulm = option_id(town, full, "Ulm")
    with town.acting(town.chair) as scope:
        operations.edit_option(scope, full.poll.id, option_id=ulm, text="")
    ended = town.close(full)
    assert tell_result(ended)["rounds"][0]["votes"] == {"Bonn": 1, "Kiel": 0}
    assert ended.poll.seal == make_seal(ended)
