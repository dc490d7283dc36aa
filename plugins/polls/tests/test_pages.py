"""Polls through the browser's door: one click, messages at their place, nothing where it is off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

from flask.testing import FlaskClient
from forum_polls import operations
from forum_polls.shapes import FullPoll
from werkzeug.test import TestResponse

from forum.testing.builders import make_post, make_topic, switch_plugin

if TYPE_CHECKING:
    from conftest import Town

HOSTILE = "<img src=x onerror=alert(1)>\"'{{ 7*7 }}"


def token(client: FlaskClient) -> str:
    page = client.get("/a/kreis/polls/").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={"csrf_token": token(client), **fields})


def path_of(full: FullPoll, verb: str = "") -> str:
    return f"/a/kreis/polls/{full.poll.id}" + (f"/{verb}" if verb else "")


def topic_page(client: FlaskClient, full: FullPoll) -> str:
    return client.get(full.poll.url, follow_redirects=True).get_data(as_text=True)


def option_id(full: FullPoll, text: str) -> int:
    return next(option.id for option in full.options if option.text == text)


def pressed(page: str) -> list[str]:
    """Return the texts of the answers that are the viewer's."""
    found = re.findall(r'aria-pressed="true".*?class="answer-text">(.*?)<', page)
    return [unescape(text).strip() for text in found]


def test_one_click_votes_and_shows_it(town: Town) -> None:
    full = town.start()
    client = town.client(town.deniz)
    assert pressed(topic_page(client, full)) == []
    answer = post(client, path_of(full, "vote"), option=option_id(full, "Ja"))
    assert (answer.status_code, answer.location) == (303, full.poll.url)
    page = topic_page(client, full)
    assert pressed(page) == ["Ja"]
    assert "1 Stimme" in page
    assert "Deine Stimme ist gezählt." in page
    post(client, path_of(full, "vote"), option=option_id(full, "Nein"))
    assert pressed(topic_page(client, full)) == ["Nein"]
    assert post(client, path_of(full, "withdraw")).status_code == 303
    assert pressed(topic_page(client, full)) == []
    town.recount()


def test_several_answers_are_boxes_in_one_form(town: Town) -> None:
    full = town.start(kind="multiple", max="2", own="open")
    client = town.client(town.deniz)
    ids = [option_id(full, text) for text in ("Ja", "Nein")]
    post(client, path_of(full, "vote"), option=ids)
    page = topic_page(client, full)
    assert len(re.findall(r'type="checkbox"[^>]* checked', page)) == 2
    # A label belongs to the first control in it, and a bar would be one.
    assert page.count('<label class="opt"><input type="checkbox"') == 3
    answer = post(client, path_of(full, "vote"), option=ids, answer="Dritte Antwort")
    assert answer.status_code == 422
    refused = answer.get_data(as_text=True)
    assert "Bitte wähle höchstens 2 Antworten." in refused
    assert 'value="Dritte Antwort"' in refused
    assert town.count_rows()["polls_option"] == 3
    post(client, path_of(full, "vote"), option=ids[:1], answer="Dritte Antwort")
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0, "Dritte Antwort": 1}
    town.recount()


def test_own_answer_is_added_joined_or_refused_with_its_text(town: Town) -> None:
    full = town.start(own="open")
    client = town.client(town.deniz)
    assert post(client, path_of(full, "vote"), answer="Lastenrad").status_code == 303
    assert "steht jetzt zur Wahl" in topic_page(client, full)
    other = town.client(town.anke)
    post(other, path_of(full, "vote"), answer="lastenrad ")
    page = topic_page(other, full)
    assert "Diese Antwort gibt es schon" in page
    assert "von Deniz Kaya" in page
    long = "x" * 200
    refused = post(other, path_of(full, "vote"), answer=long)
    assert refused.status_code == 422
    assert long in refused.get_data(as_text=True)
    assert town.tally(full.poll.id)["Lastenrad"] == 2


def test_bad_ballots_are_refused_and_change_nothing(town: Town) -> None:
    full, other = town.start(), town.start()
    client = town.client(town.deniz)
    rows = town.count_rows()
    foreign = other.options[0].id
    for fields in ({"option": foreign}, {"option": "x"}, {"option": "²"}, {"option": "9" * 40}, {}):
        answer = post(client, path_of(full, "vote"), **fields)
        assert answer.status_code == 422, fields
    assert post(client, path_of(full, "vote"), answer="Neu").status_code == 403
    assert client.post(path_of(full, "vote"), data={"option": "1"}).status_code == 400
    assert post(client, "/a/kreis/polls/999/vote", option="1").status_code == 404
    assert town.count_rows() == rows


def test_strangers_read_but_do_not_vote(town: Town) -> None:
    full = town.start()
    stranger = town.client(town.stranger)
    assert "Abstimmen kann, wer in diesem Bereich schreiben darf." in topic_page(stranger, full)
    answer = post(stranger, path_of(full, "vote"), option=full.options[0].id)
    assert answer.status_code == 403
    assert "Melde dich an, um abzustimmen." in topic_page(town.client(), full)
    assert town.count_rows()["polls_vote"] == 0


def test_vote_after_the_end_comes_back_with_the_result(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    full = town.start(ends="2026-11-20T18:00")
    client = town.client(town.deniz)
    assert "offen bis heute, 18:00" in topic_page(client, full)
    clock(datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    answer = post(client, path_of(full, "vote"), option=full.options[0].id)
    assert (answer.status_code, answer.location) == (303, full.poll.url)
    page = topic_page(client, full)
    assert "Diese Umfrage ist beendet, deine Stimme zählt nicht mehr." in page
    assert "beendet am 20. November" in page
    assert town.count_rows()["polls_vote"] == 0


def test_results_hide_and_show_by_the_rule(town: Town) -> None:
    after_vote = town.start(results="after_vote")
    town.vote(town.anke, after_vote, "Ja")
    client = town.client(town.deniz)
    page = topic_page(client, after_vote)
    assert "Das Ergebnis siehst du, wenn du abgestimmt hast." in page
    assert "<progress" not in page
    assert 'class="votes"' not in page
    post(client, path_of(after_vote, "vote"), option=option_id(after_vote, "Nein"))
    assert topic_page(client, after_vote).count('class="votes"') == 3
    after_close = town.start(results="after_close")
    town.vote(town.anke, after_close, "Ja")
    author = town.client(town.anke)
    assert 'class="votes"' not in topic_page(author, after_close)
    post(author, path_of(after_close, "close"))
    assert topic_page(client, after_close).count('class="votes"') == 3


def test_author_and_moderator_manage(town: Town) -> None:
    full = town.start()
    for user in (town.anke, town.chair):
        client = town.client(user)
        assert "Umfrage beenden" in client.get(path_of(full)).get_data(as_text=True)
        assert post(client, path_of(full, "close")).status_code == 303
        assert "Wieder öffnen" in client.get(path_of(full)).get_data(as_text=True)
        assert post(client, path_of(full, "reopen")).status_code == 303
        assert post(client, path_of(full, "reopen")).status_code == 409
    town.vote(town.deniz, full, "Ja")
    author = town.client(town.anke)
    assert post(author, path_of(full, "results"), results="after_close").status_code == 303
    assert post(author, path_of(full, "results"), results="always").status_code == 422
    other = town.client(town.deniz)
    assert "Umfrage beenden" not in other.get(path_of(full)).get_data(as_text=True)
    for verb in ("close", "reopen", "results"):
        assert post(other, path_of(full, verb)).status_code == 403


def test_texts_are_escaped(town: Town) -> None:
    full = town.start(options=f"{HOSTILE}\nNein", own="open")
    client = town.client(town.deniz)
    post(client, path_of(full, "vote"), answer=f"{HOSTILE}!")
    for page in (
        topic_page(client, full),
        client.get(path_of(full)).get_data(as_text=True),
        client.get("/a/kreis/polls/").get_data(as_text=True),
        client.get("/a/kreis/").get_data(as_text=True),
    ):
        assert "<img src=x" not in page
        assert "{{ 7*7 }}" in page or "7*7" not in page


def test_area_lists_its_polls(town: Town) -> None:
    client = town.client(town.deniz)
    assert "Hier gibt es noch keine Umfrage." in client.get("/a/kreis/polls/").get_data(
        as_text=True
    )
    full, closed = town.start(), town.start()
    with town.acting(town.anke) as scope:
        operations.close_poll(scope, closed.poll.id)
    listed = client.get("/a/kreis/polls/").get_data(as_text=True)
    assert [full.poll.url in listed, closed.poll.url in listed] == [True, True]
    home = client.get("/a/kreis/").get_data(as_text=True)
    assert "Offene Umfragen" in home
    assert [full.poll.url in home, closed.poll.url in home] == [True, False]


def test_off_means_off_and_on_again_brings_all_back(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    client = town.client(town.deniz)
    csrf = token(client)
    rows = town.count_rows()
    switch_plugin(town.app, town.here, "polls", state="off")
    page = topic_page(client, full)
    assert "Seid ihr dabei?" in page
    assert "Umfrage" not in page
    assert "Noch nicht" not in page
    assert "Offene Umfragen" not in client.get("/a/kreis/").get_data(as_text=True)
    for path in ("/a/kreis/polls/", path_of(full), "/a/nachbarkreis/polls/"):
        assert client.get(path).status_code == 404, path
    for verb in ("vote", "withdraw", "close", "reopen", "results"):
        answer = client.post(path_of(full, verb), data={"csrf_token": csrf, "option": "1"})
        assert answer.status_code == 404, verb
    assert town.count_rows() == rows
    switch_plugin(town.app, town.here, "polls")
    assert pressed(topic_page(client, full)) == ["Ja"]
    assert client.get("/a/nachbarkreis/polls/").status_code == 404


def test_composer_keeps_what_was_sent_and_says_what_is_wrong(town: Town) -> None:
    client = town.client(town.anke)
    form = client.get("/a/kreis/new").get_data(as_text=True)
    assert 'name="polls_options"' in form
    assert 'name="polls_options"' not in client.get("/a/nachbarkreis/new").get_data(as_text=True)
    fields = {"title": "Kommt ihr?", "text": "Am Freitag.", "kind": "poll"}
    sent = {**fields, "polls_options": "Ja\n ja ", "polls_results": "after_vote"}
    refused = post(client, "/a/kreis/new", **sent)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert 'id="polls_options-error"' in page
    assert "„Ja“ und „ja“ sind dieselbe Antwort." in page
    assert "Ja\n ja " in page
    assert '<option value="after_vote" selected>' in page
    assert town.count_rows()["polls_poll"] == 0
    made = post(client, "/a/kreis/new", **{**fields, "polls_options": "Ja\nNein"})
    assert made.status_code == 303
    assert "noch keine Stimme" in client.get(made.location).get_data(as_text=True)


def test_statements_do_not_grow_with_polls(
    town: Town, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    """One on a page of a topic with polls; that a topic has none is known until it changes."""
    first = town.start(own="open")
    plain = make_topic(town.app, town.here, author=town.anke)
    client = town.client(town.deniz)

    def number(url: str) -> int:
        found = client.get(url, follow_redirects=True).request.path
        return len(statements(lambda: client.get(found)))

    without = number(f"/t/{plain.topic_id}")
    switch_plugin(town.app, town.here, "polls", state="off")
    off = number(f"/t/{plain.topic_id}")
    switch_plugin(town.app, town.here, "polls")
    with_one = number(f"/t/{first.poll.topic_id}")
    assert (without - off, with_one - off) == (0, 1)
    home = len(statements(lambda: client.get("/a/kreis/")))
    for text in "abc":
        town.vote(town.anke, town.start(own="open"), answer=text)
        make_post(town.app, first.poll.topic_id, author=town.anke)
    assert number(f"/t/{first.poll.topic_id}") == with_one
    assert len(statements(lambda: client.get("/a/kreis/"))) == home


def test_list_of_polls_goes_on_page_after_page(town: Town) -> None:
    numbers = [town.start().poll.id for _ in range(23)]
    client = town.client(town.deniz)

    def read(path: str) -> tuple[int, list[str]]:
        page = client.get(path).get_data(as_text=True)
        links = re.findall(r'href="([^"]+\?(?:after|before)=[^"]+)"', page)
        found = re.findall(r'<a href="/t/[^"]+">Seid ihr dabei\?</a>', page)
        return len(found), [unescape(link) for link in links]

    first, (onward,) = read("/a/kreis/polls/")
    second, (backward,) = read(onward)
    assert (first, second) == (20, len(numbers) - 20)
    assert read(backward)[0] == 20
    assert client.get("/a/kreis/polls/?after=nonsense").status_code == 404


def test_a_vote_is_on_the_next_page_that_readers_get(town: Town) -> None:
    full = town.start(results="always")
    assert "noch keine Stimme" in topic_page(town.client(), full)
    assert "noch keine Stimme" in topic_page(town.client(), full)
    town.vote(town.deniz, full, "Ja")
    assert "1 Stimme" in topic_page(town.client(), full)
    switch_plugin(town.app, town.here, "polls", state="off")
    assert "1 Stimme" not in topic_page(town.client(), full)


def test_panels_kept_for_many_hold_everybodys_own_vote_and_token(town: Town) -> None:
    full = town.start(kind="multiple", max="", own="open")
    clients = [town.client(user) for user in (town.deniz, town.anke)]
    town.vote(town.deniz, full, "Nein")
    for _ in range(2):
        pages = [topic_page(client, full) for client in clients]
        assert [page.count(" checked>") for page in pages] == [1, 0]
        tokens = [{*re.findall(r'name="csrf_token" value="([^"]+)"', page)} for page in pages]
        assert [len(found) for found in tokens] == [1, 1]
        assert tokens[0] != tokens[1]
        assert ["Abstimmen</button>" in page for page in pages] == [False, True]
    assert "Melde dich an" in topic_page(town.client(), full)


def test_panels_are_rendered_once_for_who_sees_the_same(town: Town) -> None:
    full = town.start()
    first, second = town.client(town.deniz), town.client(town.anke)
    before = topic_page(first, full)
    assert "noch keine Stimme" in before
    town.vote(town.chair, full, "Ja")
    for client in (first, second, first):
        assert "1 Stimme" in topic_page(client, full)
    with town.acting(town.anke) as scope:
        operations.close_poll(scope, full.poll.id)
    for client in (second, first):
        assert "beendet am" in topic_page(client, full)


def test_wrong_number_and_answer_are_told_at_their_fields(town: Town) -> None:
    client = town.client(town.deniz)
    number = town.start(kind="number", low="0", high="10", options="")
    page = post(client, path_of(number, "vote"), number="elf").get_data(as_text=True)
    assert f'aria-invalid="true" aria-describedby="poll-{number.poll.id}-error"' in page
    assert page.count(f'id="poll-{number.poll.id}-error"') == 1
    assert 'value="elf"' in page
    single = town.start(own="open")
    page = post(client, path_of(single, "vote"), answer="x" * 500).get_data(as_text=True)
    assert page.count(f'id="poll-{single.poll.id}-error"') == 1
    assert page.count('aria-invalid="true"') == 1


def test_who_only_proposed_an_answer_sees_what_became_of_it(town: Town) -> None:
    """A page that opens at its post would hide the message, and nothing else tells."""
    client = town.client(town.deniz)
    for fields, said in (
        ({"own": "review"}, "Deine Antwort wartet auf das Kernteam."),
        ({"own": "open", "secret": "1"}, "Du hast noch nicht abgestimmt."),
    ):
        full = town.start(**fields)
        answer = post(client, path_of(full, "vote"), answer="Vielleicht")
        assert (answer.status_code, answer.location) == (303, path_of(full))
        assert said in client.get(answer.location).get_data(as_text=True)
