"""Posts are found by what their polls ask, and never by what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.finding import list_documents

from forum.api.data import Viewer, as_viewer, read_unit
from forum.core.consumers import run_consumers
from forum.core.runner import run_all
from forum.plugin import PostRef
from forum.search.queries import search_posts
from forum.testing.builders import make_topic, switch_plugin
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

SURVEY = "Wie war das Treffen?\n- gut\n- durchwachsen\n\nWas fehlt?"


def find(town: Town, text: str, user: int | None = None) -> int:
    """Bring the index up and count what is found."""
    with town.app.app_context():
        while run_consumers():
            pass
        run_all()
    viewer = Viewer(user)
    with town.app.test_request_context(), read_unit(), as_viewer(viewer):
        return search_posts(viewer, text).total


def option_id(town: Town, full: FullPoll, text: str) -> int:
    seen = town.see(full.poll.id)
    return next(o.id for o in (*seen.options, *seen.aside) if o.text == text)


@pytest.mark.weave("search")
def test_question_and_answers_find_the_post(town: Town) -> None:
    town.start(options="Lastenrad\nBollerwagen")
    town.start(kind="survey", options=SURVEY)
    assert find(town, "Lastenrad") == 1
    assert find(town, "Bollerwagen dabei") == 1
    assert find(town, "durchwachsen") == 1
    assert find(town, "fehlt") == 1
    assert find(town, "Lastenrad kind:poll") == 1


def test_a_poll_in_a_text_is_found_by_its_answers(town: Town) -> None:
    source = "Hallo!\n\n:::poll Womit fahren wir?\nLastenrad\nBollerwagen\n:::"
    make_topic(town.app, town.here, author=town.anke, title="Ausflug", source=source)
    assert find(town, "Bollerwagen") == 1


def test_own_answers_find_it_once_they_stand(town: Town) -> None:
    full = town.start(own="review")
    town.vote(town.deniz, full, answer="Lastenrad")
    assert find(town, "Lastenrad") == 0
    for state, found in (("shown", 1), ("hidden", 0), ("shown", 1)):
        with town.acting(town.chair) as scope:
            operations.set_option_state(
                scope, full.poll.id, option_id=option_id(town, full, "Lastenrad"), state=state
            )
        assert find(town, "Lastenrad") == found
    free = town.start(own="open")
    town.vote(town.deniz, free, answer="Bollerwagen")
    assert find(town, "Bollerwagen") == 1


def test_what_becomes_of_answers_changes_what_is_found(town: Town) -> None:
    full = town.start(options="Lastenrad\nBollerwagen\nSchlitten")
    assert find(town, "Schlitten") == 1
    with town.acting(town.anke) as scope:
        operations.add_option(scope, full.poll.id, text="Rodel")
        sledge = option_id(town, full, "Schlitten")
        operations.edit_option(scope, full.poll.id, option_id=sledge, text="Handwagen")
    assert [find(town, text) for text in ("Rodel", "Handwagen", "Schlitten")] == [1, 1, 0]
    with town.acting(town.chair) as scope:
        operations.merge_options(
            scope,
            full.poll.id,
            source_id=option_id(town, full, "Rodel"),
            target_id=option_id(town, full, "Handwagen"),
        )
        operations.edit_option(
            scope, full.poll.id, option_id=option_id(town, full, "Bollerwagen"), text=""
        )
    assert [find(town, text) for text in ("Rodel", "Handwagen", "Bollerwagen")] == [0, 1, 0]


@pytest.mark.parametrize("results", ["always", "after_close", "team"])
@pytest.mark.weave("search")
def test_no_result_is_ever_found(town: Town, results: str) -> None:
    amount = town.start(kind="number", results=results)
    town.mark(town.deniz, amount, number="4711")
    survey = town.start(kind="survey", options=SURVEY)
    missing = next(one.poll.id for one in survey.questions if one.poll.question == "Was fehlt?")
    town.mark(town.deniz, survey, sheet={missing: "Kaffeemaschine"})
    motion = town.start(kind="motion", results=results)
    town.vote(town.deniz, motion, motion.options[0].text)
    for one in (amount, survey, motion):
        town.close(one)
    for text in ("4711", "Kaffeemaschine", "Angenommen"):
        assert find(town, text, town.chair) == 0


@pytest.mark.weave("area on/off")
def test_off_is_off(town: Town) -> None:
    town.start(options="Lastenrad\nBollerwagen")
    assert find(town, "Lastenrad") == 1
    switch_plugin(town.app, town.here, "polls", state="off")
    assert find(town, "Lastenrad") == 0
    switch_plugin(town.app, town.here, "polls")
    assert find(town, "Lastenrad") == 1


def test_a_batch_costs_one_statement(town: Town) -> None:
    posts = [
        PostRef(full.poll.post_id, full.poll.topic_id, town.anke, 1)
        for full in (town.start(), town.start(kind="survey", options=SURVEY), town.start())
    ]
    with town.app.app_context(), read_unit(), count_statements() as seen:
        found = list_documents(posts)
    assert (len(seen), len(found)) == (1, 3)
