"""Cards, feeds and mails say what there is to a poll, and never a result before its rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.telling import tell_badges, tell_lines

from forum.accounts.operations import Farewell, erase_user
from forum.accounts.queries import list_recipients
from forum.api.data import touch_topic, unit, unscoped
from forum.discussions.queries import list_post_lines
from forum.notifications.letters import Told, compose_letter
from forum.notifications.subjects import Subject
from forum.plugin import TopicRef
from forum.testing.builders import looking, switch_plugin
from forum.testing.fixtures import MOMENT
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

ENDS = "2026-11-23T18:00"


def badge(town: Town, full: FullPoll, user: int | None = None) -> str:
    return _tell(town, full, user, tell_badges)


def line(town: Town, full: FullPoll, user: int | None = None) -> str:
    return _tell(town, full, user, tell_lines)


def _tell(town: Town, full: FullPoll, user: int | None, tell: Callable[..., object]) -> str:
    topic = TopicRef(full.poll.topic_id, full.poll.area_id, "poll", full.poll.title)
    with town.app.test_request_context(), looking(town.app, user, town.here):
        told = tell([topic])
    assert isinstance(told, dict)
    assert set(told) == {topic.id}
    return str(told[topic.id])


def see(town: Town, path: str, user: int | None = None) -> str:
    return town.client(user).get(path, follow_redirects=True).get_data(as_text=True)


def test_a_card_says_how_many_voted_and_how_long_there_is_time(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    full = town.start(ends=ENDS)
    assert "noch keine Stimme · noch 3 Tage" in see(town, "/a/kreis/")
    town.vote(town.deniz, full, "Ja")
    assert "1 Stimme · noch 3 Tage" in see(town, "/a/kreis/")
    town.vote(town.anke, full, "Nein")
    assert "2 Stimmen · noch 3 Tage" in see(town, "/a/kreis/")
    with town.acting(town.anke) as scope:
        operations.withdraw_vote(scope, full.poll.id)
    assert "1 Stimme · noch 3 Tage" in see(town, "/a/kreis/")
    clock(MOMENT + timedelta(days=2))
    assert "1 Stimme · noch 1 Tag" in see(town, "/a/kreis/")
    clock(MOMENT + timedelta(days=3))
    assert "1 Stimme · endet heute" in see(town, "/a/kreis/")
    clock(datetime(2026, 11, 23, 17, 1, tzinfo=UTC))
    assert badge(town, full) == "1 Stimme · beendet"


def test_without_an_end_a_card_says_none(town: Town) -> None:
    full = town.start()
    assert badge(town, full) == "noch keine Stimme"
    town.close(full)
    assert "noch keine Stimme · beendet" in see(town, "/a/kreis/")


def test_members_who_leave_are_not_counted_on_the_next_card(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    assert "1 Stimme" in see(town, "/a/kreis/")
    with town.app.app_context(), unit():
        erase_user(town.deniz, Farewell())
    page = see(town, "/a/kreis/")
    assert "1 Stimme" not in page
    assert "noch keine Stimme" in page


@pytest.mark.weave("feed and notification")
def test_feeds_say_it_in_a_sentence_that_holds_later(town: Town) -> None:
    full = town.start(ends=ENDS)
    town.vote(town.deniz, full, "Ja")
    said = "Umfrage: 1 Stimme · offen bis 23. November"
    assert line(town, full) == said
    for path in ("/a/kreis/feed.atom", f"/t/{full.poll.topic_id}/feed.atom"):
        assert said in see(town, path)
    assert line(town, town.start(secret="1")) == "Umfrage: geheim · noch keine Stimme · offen"


@pytest.mark.weave("mail out and in")
def test_mails_say_it_with_the_first_post(town: Town) -> None:
    full = town.start(results="after_vote", options="Apfel\nBirne")
    town.vote(town.anke, full, "Apfel")
    with town.app.test_request_context(), looking(town.app, town.deniz, town.here) as scope:
        [recipient] = list_recipients([town.deniz])
        lines = list_post_lines([full.poll.post_id])
        news = [Told("mention", lines[full.poll.post_id], None, 1)]
        subject = Subject(topic_id=full.poll.topic_id)
        letter = compose_letter(scope.viewer, recipient, subject, news)
    for text in (letter.text, letter.html):
        assert "Umfrage: 1 Stimme · offen" in text
        assert "Apfel" not in text


@pytest.mark.parametrize("results", ["always", "after_vote", "after_close", "team"])
def test_no_result_is_told_before_the_end(town: Town, results: str) -> None:
    full = town.start(results=results, options="Apfel\nBirne")
    town.vote(town.deniz, full, "Apfel")
    for reader in (None, town.stranger, town.anke, town.deniz, town.chair):
        assert badge(town, full, reader) == "1 Stimme"
        assert line(town, full, reader) == "Umfrage: 1 Stimme · offen"
    for path in ("/a/kreis/", "/", "/a/kreis/feed.atom"):
        assert "Apfel" not in see(town, path, town.chair)


@pytest.mark.parametrize(
    ("results", "told"),
    [("always", True), ("after_vote", True), ("after_close", True), ("team", False)],
)
def test_the_outcome_is_told_to_all_or_to_nobody(town: Town, results: str, told: bool) -> None:
    full = town.start(results=results, options="Apfel\nBirne")
    motion = town.start(kind="motion", results=results)
    for one, answer in ((full, "Apfel"), (motion, motion.options[0].text)):
        town.vote(town.deniz, one, answer)
        town.close(one)
    for reader in (None, town.deniz, town.chair):
        assert ("vorn: Apfel" in line(town, full, reader)) is told
        assert ("Angenommen" in line(town, motion, reader)) is told
        assert badge(town, full, reader) == "1 Stimme · beendet"
        start = "Angenommen · " if told else ""
        assert badge(town, motion, reader) == f"{start}1 Stimme · beendet"


def test_secret_ballots_tell_their_turnout_until_they_end(town: Town) -> None:
    full = town.start(secret="1", options="Apfel\nBirne")
    town.vote(town.deniz, full, "Apfel")
    assert line(town, full) == "Umfrage: geheim · 1 Stimme · offen"
    town.close(full)
    assert line(town, full).endswith("vorn: Apfel")


def test_a_tie_is_told_as_one_and_no_vote_as_none(town: Town) -> None:
    tied = town.start(options="Apfel\nBirne\nQuitte")
    town.vote(town.deniz, tied, "Apfel")
    town.vote(town.anke, tied, "Birne")
    town.close(tied)
    assert line(town, tied).endswith("· Gleichstand: Apfel, Birne")
    empty = town.start()
    town.close(empty)
    assert line(town, empty) == "Umfrage: noch keine Stimme · beendet am 20. November"
    ranked = town.start(kind="ranked", options="Bonn\nKiel")
    town.mark(town.deniz, ranked, marks={"Kiel": 1, "Bonn": 2})
    town.close(ranked)
    assert line(town, ranked).endswith("· vorn: Kiel")


def test_long_answers_are_cut_to_one_line(town: Town) -> None:
    options = [sign * 120 for sign in "abc"]
    full = town.start(kind="multiple", options="\n".join(options))
    town.vote(town.deniz, full, *options)
    town.close(full)
    told = line(town, full)
    assert len(told) == 160
    assert told.endswith("…")


def test_off_and_hidden_say_nothing(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    switch_plugin(town.app, town.here, "polls", state="off")
    for path in ("/a/kreis/", "/", "/a/kreis/feed.atom", f"/t/{full.poll.topic_id}/feed.atom"):
        page = see(town, path, town.deniz)
        assert "1 Stimme" not in page
        assert "Umfrage" not in page
    switch_plugin(town.app, town.here, "polls")
    assert "1 Stimme" in see(town, "/a/kreis/", town.deniz)
    path = f"/t/{full.poll.topic_id}/p/1/hide"
    client = town.client(town.chair)
    csrf = client.get("/a/kreis/new").text.partition('name="csrf_token" value="')[2]
    form = {"csrf_token": csrf.partition('"')[0], "reason": "Doppelt"}
    assert client.post(path, data=form).status_code == 303
    assert "1 Stimme" not in see(town, "/a/kreis/", town.chair)


def test_a_list_costs_one_statement_more_whatever_the_number(town: Town) -> None:
    polls = [town.start(ends=ENDS).poll.topic_id for _ in range(2)]

    def cold(topics: list[int]) -> int:
        with town.app.app_context(), unit():
            with unscoped("tests age cards") as session:
                for topic in topics:
                    touch_topic(topic, session)
        with count_statements() as seen:
            assert town.client(town.stranger).get("/a/kreis/").status_code == 200
        return len(seen)

    cold(polls)
    few = cold(polls)
    switch_plugin(town.app, town.here, "polls", state="off")
    cold(polls)
    off = cold(polls)
    switch_plugin(town.app, town.here, "polls")
    polls += [town.start(kind=kind, ends=ENDS).poll.topic_id for kind in ("motion", "ranked") * 4]
    cold(polls)
    many = cold(polls)
    # One for the badges, one for the open polls beside the topics.
    assert (few - off, many - few) == (2, 0)
