"""Answers of one's own: equal ones join the option that is there, in any spelling and any race."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls import limits
from forum_polls.folding import clean_answer, fold_answer

from forum.api.data import Denied, Invalid
from forum.testing.builders import set_settings

if TYPE_CHECKING:
    from conftest import Town


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lastenrad", "lastenrad "),
        ("Lastenrad", "  LASTENRAD"),
        ("zwei  Wörter", "zwei\u00a0Woerter"),
        ("Lastenräder", "LASTENRAEDER"),
        ("Straße", "STRASSE"),
        ("Bär", "Ba\u0308r"),
        ("Ｅ－Bike", "e-bike"),
        ("ﬁx", "FIX"),
        ("Ra\u00add", "Rad"),
        ("Rad", "R\u200bad"),
        ("İzmir", "i̇zmir"),
    ],
)
def test_equal_answers_fold_together(one: str, other: str) -> None:
    assert fold_answer(one) == fold_answer(other)


@pytest.mark.parametrize(("one", "other"), [("schon", "schön"), ("Rad", "Räder"), ("1", "2")])
def test_different_answers_stay_different(one: str, other: str) -> None:
    assert fold_answer(one) != fold_answer(other)


@pytest.mark.parametrize("text", ["", "  ", "\u200b\u200d", "\u2800\u3164", "\u202e", "\n\t"])
def test_answer_that_shows_nothing_is_empty(text: str) -> None:
    assert clean_answer(text) == ""


def test_shown_answer_keeps_letters_and_loses_what_turns_text() -> None:
    assert clean_answer(" a\u202eb \r\n c\x00 ") == "ab c"
    assert clean_answer("👩\u200d👧 Kita") == "👩\u200d👧 Kita"


def test_new_answer_is_added_and_voted_for(town: Town) -> None:
    full = town.start(own="open")
    voted = town.vote(town.deniz, full, answer="Lastenrad")
    assert (voted.what, voted.answer) == ("cast", "added")
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 0, "Noch nicht": 0, "Lastenrad": 1}
    assert [option.author for option in town.see(full.poll.id).options] == [
        None,
        None,
        None,
        "Deniz Kaya",
    ]
    town.recount()


def test_equal_answer_joins(town: Town) -> None:
    full = town.start(own="open")
    town.vote(town.deniz, full, answer="Lastenrad")
    joined = town.vote(town.anke, full, answer="lastenrad ")
    assert (joined.what, joined.answer) == ("cast", "joined")
    assert town.vote(town.chair, full, answer=" JA").answer == "joined"
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0, "Lastenrad": 2}
    town.recount()


def test_own_answer_changes_a_single_vote_and_completes_several(town: Town) -> None:
    single = town.start(own="open")
    town.vote(town.deniz, single, "Ja")
    town.vote(town.deniz, single, answer="Vielleicht")
    assert town.tally(single.poll.id) == {"Ja": 0, "Nein": 0, "Noch nicht": 0, "Vielleicht": 1}
    several = town.start(own="open", kind="multiple", min="2", max="2")
    town.vote(town.deniz, several, "Ja", answer="Vielleicht")
    assert town.tally(several.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0, "Vielleicht": 1}
    with pytest.raises(Invalid):
        town.vote(town.deniz, several, "Ja", "Nein", answer="Dritte")
    assert len(town.see(several.poll.id).options) == 4
    town.recount()


def test_closed_list_takes_no_answers(town: Town) -> None:
    full = town.start()
    with pytest.raises(Denied):
        town.vote(town.deniz, full, answer="Lastenrad")
    assert town.count_rows()["polls_option"] == 3


@pytest.mark.parametrize("answer", ["\u200b", "x" * (limits.ANSWER + 1), "ﷺ" * 100])
def test_unfit_answer_is_refused_at_its_field(town: Town, answer: str) -> None:
    full = town.start(own="open")
    with pytest.raises(Invalid) as refused:
        town.vote(town.deniz, full, answer=answer)
    assert refused.value.field == "answer"
    assert town.count_rows()["polls_option"] == 3


def test_one_member_adds_a_few_only(town: Town) -> None:
    full = town.start(own="open")
    for number in range(limits.OWN_ANSWERS):
        town.vote(town.deniz, full, answer=f"Antwort {number}")
    with pytest.raises(Invalid):
        town.vote(town.deniz, full, answer="noch eine")
    town.vote(town.anke, full, answer="noch eine")
    assert town.count_rows()["polls_option"] == 3 + limits.OWN_ANSWERS + 1


def test_area_caps_the_answers(town: Town) -> None:
    full = town.start(own="open")
    set_settings(town.app, town.here, "polls", max_options=4)
    town.vote(town.deniz, full, answer="vierte")
    with pytest.raises(Invalid):
        town.vote(town.anke, full, answer="fünfte")
    town.vote(town.anke, full, answer="Vierte")
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 0, "Noch nicht": 0, "vierte": 2}
