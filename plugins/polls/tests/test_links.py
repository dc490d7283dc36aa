"""Links in mails: GET never votes, POST votes once, and what is wrong with one is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from forum_polls.links import KEPT, make_vote_link, read_vote_link
from werkzeug.test import TestResponse

from forum.areas.operations import delete_area
from forum.testing.builders import acting, add_member, make_area, switch_plugin
from forum.testing.fixtures import MOMENT

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll


def make(town: Town, full: FullPoll, *, user: int | None = None, option: int = 0) -> str:
    with town.app.app_context():
        return make_vote_link(user or town.deniz, full.poll.id, option_id=option)


def send(browser: FlaskClient, path: str, **fields: object) -> TestResponse:
    page = browser.get(path).get_data(as_text=True)
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post(path, data={"csrf_token": csrf, **fields})


@pytest.mark.weave("mail out and in")
def test_opening_votes_for_nobody_and_one_click_votes_without_a_session(town: Town) -> None:
    full = town.start()
    first = full.options[0].id
    path = make(town, full, option=first)
    browser = town.client()
    for _ in range(3):
        page = browser.get(path).get_data(as_text=True)
    assert "Du stimmst ab als Deniz Kaya." in page
    assert f'value="{first}" checked' in page
    assert town.count_rows()["polls_turnout"] == 0
    assert browser.head(path).status_code == 200
    voted = send(browser, path, option=first)
    assert (voted.status_code, "Deine Stimme ist gezählt." in voted.text) == (200, True)
    assert town.tally(full.poll.id)["Ja"] == 1
    assert browser.get("/settings").status_code in {302, 303, 401, 404}
    town.recount()


def test_used_link_says_so_and_changes_nothing(town: Town) -> None:
    full = town.start()
    path = make(town, full)
    browser, other = town.client(), town.client()
    page = other.get(path).get_data(as_text=True)
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    send(browser, path, option=full.options[0].id)
    late = other.post(path, data={"csrf_token": csrf, "option": full.options[1].id})
    again = browser.get(path)
    for answer in (late, again):
        assert answer.status_code == 410
        assert "Du hast in dieser Umfrage schon abgestimmt." in answer.text
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}
    # Taken back, the vote is cast anew after logging in only: the link has been used.
    with town.acting(town.deniz) as scope:
        from forum_polls import operations

        operations.withdraw_vote(scope, full.poll.id)
    assert browser.get(path).status_code == 410


def test_changed_and_old_links_are_refused(town: Town, clock: Callable[[datetime], None]) -> None:
    full, other = town.start(), town.start()
    path = make(town, full)
    browser = town.client()
    head, _slash, token = path.rpartition("/")
    user, poll, option, until, mac = token.split(".")
    changed = [
        f"{town.anke}.{poll}.{option}.{until}.{mac}",
        f"{user}.{other.poll.id}.{option}.{until}.{mac}",
        f"{user}.{poll}.{option}.{int(until) + 1}.{mac}",
        f"{user}.{poll}.{option}.{until}.{mac[:-1]}",
        f"{user}.{poll}.{option}.{until}.",
        "nonsense",
        "1.2.3.4.5.6",
        "²." * 4 + mac,
        "9" * 200,
    ]
    for one in changed:
        answer = browser.get(f"{head}/{one}")
        assert answer.status_code == 410, one
        assert "unvollständig, verändert oder zu alt" in answer.text
        assert "Zur Startseite" in answer.text
    clock(MOMENT + KEPT + timedelta(seconds=1))
    assert browser.get(path).status_code == 410
    with town.app.app_context():
        assert read_vote_link(token) is None
    assert town.count_rows()["polls_turnout"] == 0


def test_link_lets_nobody_in_who_may_not_vote_any_more(town: Town) -> None:
    full = town.start()
    stranger = make(town, full, user=town.stranger)
    browser = town.client()
    answer = send(browser, stranger, option=full.options[0].id)
    assert answer.status_code == 410
    path = make(town, full)
    switch_plugin(town.app, town.here, "polls", state="off")
    assert browser.get(path).status_code == 410
    switch_plugin(town.app, town.here, "polls")
    town.close(full)
    ended = browser.get(path)
    assert (ended.status_code, "Diese Umfrage ist beendet." in ended.text) == (410, True)
    assert town.count_rows()["polls_turnout"] == 0


def test_wrong_ballot_by_link_is_shown_at_the_poll(town: Town) -> None:
    full, other = town.start(), town.start()
    browser = town.client()
    path = make(town, full)
    for option in ("", other.options[0].id, "x"):
        answer = send(browser, path, option=option)
        assert answer.status_code == 422, option
    assert town.count_rows()["polls_turnout"] == 0


@pytest.mark.parametrize("kind", ["ranked", "dates", "number", "survey", "motion", "multiple"])
def test_every_kind_has_its_page_behind_a_link(town: Town, kind: str) -> None:
    options = {"dates": "24.12.2026\n25.12.2026", "survey": "Wie?\n- a\n- b", "number": ""}
    full = town.start(kind=kind, options=options.get(kind, "Ja\nNein"))
    page = town.client().get(make(town, full))
    assert page.status_code == 200
    assert f'action="{make(town, full)}"' in page.text


def test_the_link_of_a_poll_that_is_gone_leads_to_no_other(town: Town) -> None:
    below = make_area(town.app, "Gruppe", slug="gruppe", parent=town.here)
    switch_plugin(town.app, below, "polls")
    add_member(town.app, below, town.chair, role="admin")
    old = town.start(author=town.chair, area=below)
    path = make(town, old)
    with acting(town.app, town.chair, below) as scope:
        delete_area(scope, confirm="gruppe", reason="Auflösung")
    new = town.start()
    assert new.poll.id > old.poll.id
    assert new.options[0].id > old.options[-1].id
    assert town.client().get(path).status_code == 410
