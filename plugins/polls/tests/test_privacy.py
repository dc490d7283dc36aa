"""What one has voted is handed over on request, and goes with the account, tallies corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_polls import operations
from forum_polls.results import make_seal
from forum_polls.values import Ballot
from forum_polls.words import tell_option

from forum.api.data import unscoped
from forum.api.web import speaking
from forum.core.audit import AuditEntry
from forum.testing.fixtures import MOMENT

if TYPE_CHECKING:
    from conftest import Town


@pytest.mark.weave("export and erasure")
def test_erasure_takes_votes_and_corrects_tallies(town: Town) -> None:
    single, several = town.start(own="open"), town.start(kind="multiple")
    town.vote(town.deniz, single, "Ja")
    town.vote(town.deniz, single, answer="Lastenrad")
    town.vote(town.anke, single, answer="Lastenrad")
    town.vote(town.deniz, several, "Ja", "Nein")
    town.vote(town.anke, several, "Ja")
    with town.acting(town.chair) as scope:
        operations.close_poll(scope, several.poll.id)
    with town.acting(town.chair):
        erased = operations.erase_votes(town.deniz)
    assert erased == {
        "polls_vote_choice": 4,
        "polls_vote": 3,
        "polls_turnout": 2,
        "polls_option": 1,
        "polls_poll": 0,
    }
    assert town.tally(single.poll.id)["Lastenrad"] == 1
    assert town.tally(several.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}
    assert town.see(single.poll.id).options[-1].author is None
    assert [town.see(full.poll.id).poll.voters for full in (single, several)] == [1, 1]
    town.recount()
    with town.acting(town.chair):
        assert set(operations.erase_votes(town.deniz).values()) == {0}
        assert [part.records for part in operations.export_votes(town.deniz)] == [[], [], [], []]


def test_with_the_texts_the_words_of_an_added_answer_go_and_the_votes_stay(town: Town) -> None:
    full = town.start(own="open")
    other = town.start(kind="multiple", own="open", secret="1")
    town.vote(town.deniz, full, answer="Lastenrad")
    town.vote(town.anke, full, answer="Lastenrad")
    town.vote(town.deniz, other, answer="Fähre")
    # An answer that reads as the number of an emptied one is another one still.
    number = town.see(full.poll.id).options[-1].id
    town.vote(town.chair, full, answer=str(number))
    with town.acting(town.chair):
        erased = operations.erase_votes(town.deniz, texts="delete")
    assert erased["polls_option"] == 2
    assert town.tally(full.poll.id) == {
        "Ja": 0,
        "Nein": 0,
        "Noch nicht": 0,
        "": 1,
        str(number): 1,
    }
    town.recount()
    path = f"/a/kreis/polls/{full.poll.id}"
    page = town.client(town.anke).get(path).text
    assert "gelöschte Antwort" in page
    assert "Lastenrad" not in page
    gone = next(option for option in town.see(full.poll.id).options if not option.text)
    with town.app.app_context(), speaking("sv"):
        assert tell_option(gone) == "raderat svar"
    # Written again it is a new answer, and both can be voted for.
    town.vote(town.anke, town.see(full.poll.id, town.anke), answer="Lastenrad")
    assert town.tally(full.poll.id)["Lastenrad"] == 1
    with town.acting(town.chair) as scope:
        gone = town.see(other.poll.id).options[-1]
        assert gone.text == ""
        ballot = Ballot(frozenset({gone.id}))
        assert operations.vote(scope, other.poll.id, ballot=ballot).what == "cast"
    ended = town.close(other)
    assert (ended.poll.seal, ended.options[-1].votes) == (make_seal(ended), 1)
    csv = town.client(town.anke).get(f"/a/kreis/polls/{other.poll.id}/export.csv").text
    assert ";gelöschte Antwort;1;" in csv


def test_a_seal_that_lost_a_word_is_not_called_broken(town: Town) -> None:
    full = town.start(kind="multiple", own="open", secret="1")
    town.vote(town.deniz, full, answer="Fähre")
    town.vote(town.anke, town.see(full.poll.id, town.anke), "Fähre")
    town.close(full)
    path = f"/a/kreis/polls/{full.poll.id}"
    assert "stimmt mit den gespeicherten" in town.client(town.anke).get(path).text
    with town.acting(town.chair):
        operations.erase_votes(town.deniz, texts="delete")
    page = town.client(town.anke).get(path).text
    assert "nicht mehr nachzurechnen" in page
    assert "passt nicht zu" not in page


def test_the_log_of_an_area_holds_no_words_of_members(town: Town) -> None:
    full = town.start(own="review")
    town.vote(town.deniz, full, answer="Lastenrad")
    waiting = town.see(full.poll.id).aside[0].id
    with town.acting(town.chair) as scope:
        operations.set_option_state(scope, full.poll.id, option_id=waiting, state="shown")
        first = full.options[0].id
        operations.merge_options(scope, full.poll.id, source_id=waiting, target_id=first)
    with town.app.app_context(), unscoped("tests read the log") as session:
        found = session.scalars(sa.select(AuditEntry.details).order_by(AuditEntry.id)).all()
    assert found[-2:] == [
        {"option": f"#{waiting}", "after": "shown"},
        {"source": f"#{waiting}", "target": "Ja"},
    ]


def test_withdrawn_votes_do_not_count_twice_in_an_erasure(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    with town.acting(town.deniz) as scope:
        operations.withdraw_vote(scope, full.poll.id)
    town.vote(town.anke, full, "Ja")
    with town.acting(town.chair):
        operations.erase_votes(town.deniz)
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}
    assert town.see(full.poll.id).poll.voters == 1
    town.recount()


@pytest.mark.weave("export and erasure")
def test_export_holds_the_own_votes_and_answers_only(town: Town) -> None:
    full = town.start(own="open")
    town.vote(town.anke, full, "Nein")
    town.vote(town.deniz, full, "Ja")
    town.vote(town.deniz, full, answer="Lastenrad")
    with town.acting(town.chair):
        votes, answers, asked, secret = operations.export_votes(town.deniz)
    at = MOMENT.isoformat()
    head = {"poll": full.poll.id, "question": "Seid ihr dabei?", "cast_at": at}
    assert (votes.name, votes.records) == (
        "votes",
        [
            {**head, "answers": ["Ja"], "ended_at": at},
            {**head, "answers": ["Lastenrad"], "ended_at": None},
        ],
    )
    assert (answers.name, answers.records) == (
        "answers",
        [
            {
                "poll": full.poll.id,
                "question": "Seid ihr dabei?",
                "answer": "Lastenrad",
                "added_at": at,
            }
        ],
    )
    assert (asked.name, asked.records) == ("polls", [])
    assert (secret.name, secret.records) == ("turnout", [])


def test_who_asked_gets_the_own_questions(town: Town) -> None:
    full = town.start(own="open")
    town.vote(town.deniz, full, answer="Lastenrad")
    with town.acting(town.chair):
        asked = operations.export_votes(town.anke)[2]
    assert asked.records == [
        {
            "poll": full.poll.id,
            "question": "Seid ihr dabei?",
            "answers": ["Ja", "Nein", "Noch nicht"],
            "asked_at": MOMENT.isoformat(),
        }
    ]


def test_question_and_answers_go_with_the_texts_of_who_asked(town: Town) -> None:
    full = town.start(own="open")
    town.vote(town.deniz, full, "Ja")
    with town.acting(town.chair):
        assert operations.erase_votes(town.anke)["polls_poll"] == 0
        assert operations.erase_votes(town.anke, texts="delete")["polls_poll"] == 1
    shown = town.see(full.poll.id)
    assert (shown.poll.question, [option.text for option in shown.options]) == ("", [""] * 3)
    assert shown.poll.voters == 1
    town.recount()


def test_two_accounts_of_one_person_have_one_vote(town: Town) -> None:
    """Where both voted the target's vote stays; where one did it goes along."""
    both, once, several = town.start(), town.start(own="open"), town.start(kind="multiple")
    town.vote(town.deniz, both, "Ja")
    town.vote(town.anke, both, "Nein")
    town.vote(town.deniz, once, answer="Lastenrad")
    town.vote(town.deniz, several, "Ja", "Nein")
    town.vote(town.chair, several, "Ja")
    with town.acting(town.chair) as scope:
        operations.close_poll(scope, several.poll.id)
    with town.acting(town.chair):
        merged = operations.merge_votes(town.deniz, town.anke)
    assert merged == {
        "polls_turnout": 3,
        "polls_vote": 3,
        "polls_vote_choice": 4,
        "polls_option": 1,
    }
    assert town.tally(both.poll.id) == {"Ja": 0, "Nein": 1, "Noch nicht": 0}
    assert town.tally(once.poll.id)["Lastenrad"] == 1
    assert town.tally(several.poll.id) == {"Ja": 2, "Nein": 1, "Noch nicht": 0}
    town.recount()
    with town.acting(town.chair):
        assert set(operations.merge_votes(town.deniz, town.anke).values()) == {0}
        votes = operations.export_votes(town.anke)[0].records
    assert [vote["ended_at"] is None for vote in votes] == [False, True, True, True]
    town.vote(town.anke, both, "Ja")
    town.recount()
