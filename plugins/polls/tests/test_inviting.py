"""Surveys are filled in by whom they are sent to; votes hear of answers that came after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forum_polls import operations
from forum_polls.notices import TYPES
from forum_polls.operations.inviting import send_invitations
from forum_polls.operations.late import WAIT, tell_late
from forum_polls.values import INVITED, LATE, Ballot, Sample

from forum.api.data import Conflict, Denied, Invalid, unscoped
from forum.core.database import unit
from forum.core.jobs import JobRow
from forum.testing.builders import add_member, make_area, make_user, switch_plugin
from forum.testing.fixtures import MOMENT
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

SURVEY = "Wie war es?\n- gut\n- schlecht"
MoveClock = Callable[[datetime], None]


def invite(town: Town, full: FullPoll, user: int | None = None, **sample: Any) -> None:
    with town.acting(user or town.chair) as scope:
        operations.invite(scope, full.poll.id, sample=Sample(**sample))
    town.work()


def answer(town: Town, user: int, full: FullPoll) -> None:
    question = full.questions[0]
    sheet = {question.poll.id: frozenset({question.options[0].id})}
    with town.acting(user) as scope:
        operations.vote(scope, full.poll.id, ballot=Ballot(sheet=sheet))


def test_all_whom_the_survey_asks_are_invited_once(town: Town) -> None:
    people = town.make_members(4)
    full = town.start(kind="survey", options=SURVEY)
    answer(town, people[0], full)
    invite(town, full)
    told = sorted([town.anke, town.deniz, town.chair, *people[1:]])
    assert town.list_told(INVITED) == told
    invite(town, full)
    assert town.list_told(INVITED) == told
    assert "Du bist zu einer anonymen Befragung eingeladen" in town.inbox(town.deniz)
    answer(town, town.deniz, town.see(full.poll.id))
    assert "eingeladen" not in town.inbox(town.deniz)


def test_a_sample_by_role_area_word_and_lot(town: Town) -> None:
    below = make_area(town.app, "Ortsgruppe", parent=town.here)
    village = town.make_members(6, area=below)
    editors = [make_user(town.app, f"Kern {i}") for i in range(5)]
    for user in editors:
        add_member(town.app, town.here, user, role="editor")
    with town.app.app_context(), unit(), unscoped("tests write profiles") as session:
        chosen = [*village[:4], town.deniz]
        session.execute(
            sa.text('UPDATE "user" SET organisation = :o WHERE id IN (:a,:b,:c,:d,:e)'),
            {"o": "Stadt 100% Emden", **dict(zip("abcde", chosen, strict=True))},
        )
    everywhere: dict[str, str] = {"kind": "survey", "options": SURVEY, "voters": "subtree"}

    def draw(**sample: Any) -> list[int]:
        before = town.list_told(INVITED)
        full = town.start(**everywhere)
        invite(town, full, **sample)
        told = town.list_told(INVITED)
        for one in before:
            told.remove(one)
        return told

    assert draw(area_id=below) == sorted(village)
    assert draw(role="editor") == sorted([*editors, town.chair])
    assert draw(word="100% emd") == sorted(chosen)
    lot = draw(number=5)
    assert len(lot) == 5
    assert set(lot) <= {*village, *editors, town.anke, town.deniz, town.chair}
    for few in ({"word": "100_"}, {"area_id": below, "role": "admin"}):
        with pytest.raises(Invalid, match="weniger als fünf"):
            draw(**few)


def test_the_lot_falls_the_same_twice(town: Town) -> None:
    town.make_members(20)
    full = town.start(kind="survey", options=SURVEY)
    with town.acting(town.chair) as scope:
        operations.invite(scope, full.poll.id, sample=Sample(number=6))
    with town.app.app_context(), unscoped("tests read jobs") as session:
        args = session.scalars(sa.select(JobRow.args).where(JobRow.name == "polls.invite")).one()
    town.work()
    told = town.list_told(INVITED)
    with town.app.app_context(), unit():
        send_invitations(args)
    assert (len(told), town.list_told(INVITED)) == (6, told)


def test_who_may_invite_and_to_what(town: Town) -> None:
    town.make_members(4)
    full, single = town.start(kind="survey", options=SURVEY), town.start()
    for user in (town.deniz, town.stranger):
        with pytest.raises(Denied):
            invite(town, full, user)
    with pytest.raises(Conflict, match="zu Fragebögen"):
        invite(town, single)
    ended = town.close(full)
    with pytest.raises(Conflict, match="schon beendet"):
        invite(town, ended)


def test_the_form_keeps_what_was_refused(town: Town) -> None:
    town.make_members(4)
    full = town.start(kind="survey", options=SURVEY)
    path = f"/a/kreis/polls/{full.poll.id}"
    browser = town.client(town.chair)
    csrf = browser.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def send(**fields: str) -> Any:
        return browser.post(f"{path}/invite", data={"csrf_token": csrf, **fields})

    for field, value, message in (
        ("area", "/a/nirgends/", "Diesen Bereich gibt es nicht."),
        ("role", "king", "Bitte wähle eine der Möglichkeiten."),
        ("number", "4", "Bitte gib eine Zahl von 5 bis"),
        ("number", "²", "Bitte gib eine Zahl von 5 bis"),
        ("word", "Kein solches <b>", "Auf weniger als fünf Mitglieder trifft das zu."),
        ("word", "x" * 81, "Höchstens 80 Zeichen"),
    ):
        refused = send(**{"word": "Stadt", field: value})
        assert (refused.status_code, message in refused.text) == (422, True), (field, value)
        assert f'aria-describedby="invite-{field}-error"' in refused.text
    assert "<b>" not in send(word="Kein solches <b>").text
    done = send(area="/a/kreis/", number="5")
    assert done.status_code == 303
    assert "Die Einladungen gehen hinaus." in browser.get(path).text
    assert 'id="invite-area"' not in town.client(town.deniz).get(path).text


def test_who_voted_before_hears_of_new_answers_once_a_day(town: Town, clock: MoveClock) -> None:
    full = town.start(own="open")
    town.vote(town.anke, full, "Ja")
    town.vote(town.deniz, full, "Nein")
    clock(MOMENT + timedelta(hours=1))
    town.vote(town.chair, full, answer="Lastenrad")
    with town.acting(town.anke) as scope:
        operations.add_option(scope, full.poll.id, text="Fähre")
    town.work()
    assert town.list_told(LATE) == []
    # Who has looked meanwhile and voted anew has nothing to hear.
    clock(MOMENT + timedelta(hours=1, minutes=5))
    town.vote(town.deniz, town.see(full.poll.id, town.deniz), "Ja")
    clock(MOMENT + timedelta(hours=1) + WAIT)
    town.work()
    assert town.list_told(LATE) == sorted([town.anke])
    assert "2 weitere Antworten" in town.inbox(town.anke)
    with town.app.app_context(), unit():
        tell_late({"poll_id": full.poll.id})
    assert town.list_told(LATE) == [town.anke]
    clock(MOMENT + timedelta(days=1))
    with town.acting(town.chair) as scope:
        operations.add_option(scope, full.poll.id, text="Bus")
    clock(MOMENT + timedelta(days=1) + WAIT)
    town.work()
    assert town.list_told(LATE) == sorted([town.anke, town.anke, town.deniz, town.chair])


def test_an_answer_is_late_by_when_it_was_let_in(town: Town, clock: MoveClock) -> None:
    full = town.start(own="review")
    town.vote(town.deniz, full, answer="Lastenrad")
    clock(MOMENT + timedelta(hours=1))
    town.vote(town.anke, full, "Ja")
    clock(MOMENT + timedelta(hours=2))
    waiting = town.see(full.poll.id).aside[0].id
    with town.acting(town.chair) as scope:
        operations.set_option_state(scope, full.poll.id, option_id=waiting, state="shown")
    clock(MOMENT + timedelta(hours=2) + WAIT)
    town.work()
    assert town.list_told(LATE) == [town.anke]
    assert town.see(full.poll.id, town.anke).count_late() == 1


def test_secret_votes_hear_nothing_as_they_stay(town: Town, clock: MoveClock) -> None:
    full = town.start(own="open", secret="1")
    town.vote(town.anke, full, "Ja")
    town.vote(town.deniz, full, answer="Lastenrad")
    with town.app.app_context(), unscoped("tests read jobs") as session:
        names = session.scalars(sa.select(JobRow.name)).all()
    assert "polls.tell_late" not in names
    with town.app.app_context(), unit():
        tell_late({"poll_id": full.poll.id})
    assert town.list_told(LATE) == []


def test_off_means_off(town: Town) -> None:
    town.make_members(4)
    full = town.start(kind="survey", options=SURVEY)
    with town.acting(town.chair) as scope:
        operations.invite(scope, full.poll.id, sample=Sample())
    switch_plugin(town.app, town.here, "polls", state="off")
    town.work()
    assert town.list_told(INVITED) == []


def test_as_many_statements_for_many_as_for_few(town: Town) -> None:
    town.make_members(4)

    def count() -> tuple[int, int]:
        full = town.start(kind="survey", options=SURVEY)
        with town.app.app_context(), unit(), count_statements() as invited:
            send_invitations({"poll_id": full.poll.id, "seed": 1, "role": "member", "word": ""})
        named = town.start()
        town.vote(town.anke, named, "Ja")
        with town.app.app_context(), unit(), count_statements() as late:
            tell_late({"poll_id": named.poll.id})
        return len(invited), len(late)

    few = count()
    town.make_members(20)
    assert (few, count()) == ((13, 3), (13, 3))


def test_all_types_are_named_for_the_page_of_mails() -> None:
    assert [(one.name, one.mail) for one in TYPES] == [
        ("polls.reminder", "on"),
        ("polls.invitation", "on"),
        ("polls.late_answers", "off"),
    ]
