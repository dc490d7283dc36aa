"""Between making and handing over: what may no longer be told, and the ways out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from forum_digest.operations import Wish

from forum.accounts.operations import Farewell, erase_user
from forum.api.data import Viewer, as_viewer, get_scope_by_id, unit
from forum.areas.operations import leave_area
from forum.core.mailings import withdraw_mails
from forum.testing.builders import switch_plugin

if TYPE_CHECKING:
    from conftest import Town

DAY = timedelta(days=1)


def leave(town: Town, user: int, area: int) -> None:
    """Leave an area as its page does."""
    with town.app.app_context(), unit(), as_viewer(Viewer(user)):
        leave_area(get_scope_by_id(Viewer(user), area))


def fill(town: Town) -> None:
    """Make a digest of something open and something closed, which waits in the outbox."""
    town.choose(town.anke)
    town.write("Offen für alle")
    town.write("Nur Vorstand", area=town.closed)
    town.pass_week()
    town.turn()


def test_who_left_an_area_gets_a_digest_without_it(town: Town) -> None:
    fill(town)
    leave(town, town.anke, town.closed)
    assert town.send() == []
    assert [mail.state for mail in town.mails()] == ["withheld"]
    assert town.issues() == [("planned", "")]
    town.turn()
    [mail] = town.send()
    assert "Offen für alle" in town.text(mail)
    assert "Nur Vorstand" not in town.text(mail)
    assert town.issues() == [("sent", "")]


def test_where_the_area_went_off_nothing_of_it_leaves(town: Town) -> None:
    fill(town)
    switch_plugin(town.app, town.closed, "digest", state="off")
    assert town.send() == []
    town.turn(town.root, town.open)
    [mail] = town.send()
    assert "Nur Vorstand" not in town.text(mail)


def test_off_at_the_root_nothing_leaves(town: Town) -> None:
    fill(town)
    switch_plugin(town.app, town.root, "digest", state="off")
    assert town.send() == []


@pytest.mark.weave("mail out and in")
def test_one_click_without_cookies_ends_what_was_made(town: Town) -> None:
    fill(town)
    path = town.stop_path(town.anke)
    answer = town.app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or "session" not in answer.headers["Set-Cookie"]
    assert town.mails() == []
    assert town.send() == []
    assert town.issues() == [("skipped", "stopped")]
    assert town.pref(town.anke).freq == "off"
    town.pass_week()
    town.turn()
    assert town.send() == []


def test_opening_the_link_changes_nothing(town: Town) -> None:
    fill(town)
    before = (town.pref(town.anke), town.issues(), town.count_rows())
    for _ in range(3):
        assert town.app.test_client().get(town.stop_path(town.anke)).status_code == 200
    assert (town.pref(town.anke), town.issues(), town.count_rows()) == before
    assert len(town.send()) == 1


def test_a_changed_link_is_none(town: Town) -> None:
    fill(town)
    path = town.stop_path(town.anke)
    other = path.replace(f"/{town.anke}.", f"/{town.deniz}.")
    for bad in (path[:-1] + ("0" if path[-1] != "0" else "1"), other, "/digest/stop/x", f"{path}0"):
        for method in ("GET", "POST"):
            assert town.app.test_client().open(bad, method=method).status_code == 404
    assert town.pref(town.anke).freq == "weekly"


def test_who_chooses_anew_gets_no_mail_of_the_old_choice(town: Town) -> None:
    fill(town)
    town.choose(town.anke, Wish(freq="off"))
    assert town.send() == []
    assert town.issues() == [("skipped", "stopped")]


def test_a_refused_address_rests_after_the_second_time(town: Town) -> None:
    town.choose(town.anke)
    for number in range(3):
        town.write(f"Woche {number}")
        town.pass_week()
        town.sink.refusal = "550 5.1.1 no such user"
        town.turn()
        assert town.send() == []
    assert town.issues() == [
        ("skipped", "refused"),
        ("skipped", "refused"),
        ("skipped", "bounced"),
    ]
    town.sink.refusal = None
    town.move(town.start + 60 * DAY)
    for user in (town.deniz, town.chair):  # who was away that long would get one too
        town.was_here(user, town.start + 60 * DAY)
    town.write("Danach")
    town.pass_week()
    town.turn()
    assert len(town.send()) == 1


def test_a_refused_mail_says_nothing_about_the_address(town: Town) -> None:
    town.choose(town.anke)
    town.write("Etwas")
    town.pass_week()
    town.sink.refusal = "554 5.7.1 looks like spam"
    town.turn()
    town.send()
    assert town.issues() == [("skipped", "refused")]
    assert town.count_rows()["digest_suppression"] == 0


def test_a_server_that_is_away_holds_one_digest_back_and_the_next_is_not_made(town: Town) -> None:
    town.choose(town.anke, Wish(freq="daily", hour=9))
    town.write("Etwas")
    town.move(town.start + DAY)
    town.turn()
    town.move(town.start + 2 * DAY)
    town.turn()
    assert town.issues() == [("composed", ""), ("skipped", "waiting")]
    assert len(town.send()) == 1


@pytest.mark.weave("export and erasure")
def test_who_is_erased_takes_their_words_out_of_waiting_mails(town: Town) -> None:
    fill(town)
    with town.app.app_context(), unit():
        erase_user(town.deniz, Farewell(texts="delete"))
    assert town.mails() == []
    town.turn()
    assert town.send() == []
    assert town.issues() == [("skipped", "empty")]


def test_an_erased_member_leaves_nothing(town: Town) -> None:
    fill(town)
    with town.app.app_context(), unit():
        erase_user(town.anke, Farewell(texts="keep"))
    assert town.count_rows() == {
        "digest_pref": 0,
        "digest_issue": 0,
        "digest_sent_item": 0,
        "digest_suppression": 0,
    }
    assert town.send() == []


def test_a_mail_that_somebody_deleted_is_made_anew(town: Town) -> None:
    fill(town)
    with town.app.app_context(), unit():
        withdraw_mails("digest.issue", ["1.0"])
    town.turn()
    assert len(town.send()) == 1
