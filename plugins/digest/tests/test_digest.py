"""What members get: one digest per period, of what they missed, and nothing where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_digest.models import Issue
from forum_digest.operations import Wish

from forum.testing.builders import add_member, make_area, make_user, switch_plugin

if TYPE_CHECKING:
    from conftest import Town

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.mark.weave("digest")
def test_one_mail_tells_what_was_missed(town: Town) -> None:
    town.choose(town.anke)
    town.write("Haushalt beschlossen")
    town.pass_week()
    town.turn()
    town.turn()
    [mail] = town.send()
    assert mail["To"] and mail["Subject"] == "Haushalt beschlossen"
    assert "Haushalt beschlossen" in town.text(mail)
    assert "Neues Thema" in town.text(mail)
    assert "Haushalt beschlossen" in town.html(mail)
    assert town.issues() == [("sent", "")]
    town.turn()
    assert len(town.send()) == 1


def test_nothing_new_is_no_mail(town: Town) -> None:
    town.choose(town.anke)
    town.pass_week()
    town.turn()
    assert town.send() == []
    assert town.issues() == [("skipped", "empty")]


def test_who_never_asked_gets_nothing(town: Town) -> None:
    town.write("Haushalt beschlossen")
    town.pass_week()
    town.turn()
    assert town.issues() == []


def test_what_came_before_the_choice_or_the_last_visit_is_not_news(town: Town) -> None:
    town.write("Vorher")
    town.move(town.start + HOUR)
    town.choose(town.anke)
    town.move(town.start + 2 * HOUR)
    town.write("Gesehen")
    town.was_here(town.anke, town.start + 3 * HOUR)
    town.move(town.start + 4 * HOUR)
    town.write("Verpasst")
    town.pass_week()
    town.turn()
    [mail] = town.send()
    assert "Verpasst" in town.text(mail)
    assert "Gesehen" not in town.text(mail)
    assert "Vorher" not in town.text(mail)


def test_the_subject_names_the_best_and_the_number(town: Town) -> None:
    town.choose(town.anke)
    town.write("Wenig los")
    much = town.write("Viel los")
    town.reply(much.topic_id, town.chair)
    town.pass_week()
    town.turn()
    [mail] = town.send()
    assert mail["Subject"] == "Viel los, und 1 weitere Neuigkeit"
    assert "Neues Thema, 1 neuer Beitrag von 2 Personen" in town.text(mail)


def test_at_most_seven_and_two_of_one_author(town: Town) -> None:
    town.choose(town.anke)
    for number in range(6):
        town.write(f"Thema {number} von Deniz")
    for number in range(6):
        town.write(f"Thema {number} von Heike", author=town.chair)
    town.pass_week()
    town.turn()
    [mail] = town.send()
    assert town.text(mail).count("von Deniz") == 2
    assert town.text(mail).count("von Heike") == 2


def test_what_was_skipped_comes_into_the_next(town: Town) -> None:
    town.choose(town.anke)
    town.pass_week()
    town.turn()
    assert town.issues() == [("skipped", "empty")]
    before = town.pref(town.anke).mark
    assert before == town.start
    town.write("Etwas")
    town.pass_week()
    town.turn()
    assert [mail["Subject"] for mail in town.send()] == ["Etwas"]
    assert town.pref(town.anke).mark == town.start + 2 * WEEK + SECOND


def test_imported_things_are_no_news_and_own_words_neither(town: Town) -> None:
    town.choose(town.anke)
    town.write("Von mir selbst", author=town.anke)
    town.pass_week()
    town.turn()
    assert town.issues() == [("skipped", "empty")]


def test_a_member_without_readable_areas_gets_nothing(town: Town) -> None:
    town.choose(town.anke)
    town.write("Geheim", area=town.closed)
    stranger = make_user(town.app, "Silke Fremd")
    town.choose(stranger)
    town.pass_week()
    town.turn()
    assert len(town.send()) == 1
    assert town.issues(stranger) == [("skipped", "empty")]


def test_chosen_areas_alone(town: Town) -> None:
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, areas=(town.closed,)))
    town.write("Draußen")
    town.write("Drinnen", area=town.closed)
    town.pass_week()
    town.turn()
    [mail] = town.send()
    assert "Drinnen" in town.text(mail)
    assert "Draußen" not in town.text(mail)


def test_a_chosen_area_counts_with_what_is_below_it(town: Town) -> None:
    below = make_area(town.app, "Ortsgruppe", parent=town.open, members={town.anke: "member"})
    add_member(town.app, below, town.deniz)
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, areas=(town.open,)))
    town.write("Hier")
    town.write("Darunter", area=below)
    town.write("Daneben", area=town.closed, author=town.chair)
    town.pass_week()
    town.turn(*town.areas(), below)
    [mail] = town.send()
    assert "Hier" in town.text(mail)
    assert "Darunter" in town.text(mail)
    assert "Daneben" not in town.text(mail)


def test_in_the_forum_alone_no_mail_is_sent(town: Town) -> None:
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, channel="portal"))
    town.write("Etwas")
    town.pass_week()
    town.turn()
    assert town.send() == []
    assert town.issues() == [("sent", "")]
    assert town.pref(town.anke).mark == town.start + WEEK + SECOND


def test_a_pause_is_kept_and_said(town: Town) -> None:
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, pause_days=10))
    town.write("Etwas")
    town.pass_week()
    town.turn()
    assert town.issues() == [("skipped", "paused")]
    town.pass_week()
    town.turn()
    assert [mail["Subject"] for mail in town.send()] == ["Etwas"]


def test_days_without_a_server_are_made_up_by_one(town: Town) -> None:
    town.choose(town.anke, Wish(freq="daily", hour=9))
    town.write("Etwas")
    town.move(town.start + 5 * timedelta(days=1))
    town.turn()
    assert len(town.send()) == 1
    assert len(town.issues()) == 1
    town.move(town.start + timedelta(days=4))  # the clock is set back
    town.turn()
    assert len(town.issues()) == 1


@pytest.mark.weave("area on/off")
def test_off_in_an_area_there_is_nothing_of_it(town: Town) -> None:
    town.choose(town.anke)
    town.write("Draußen")
    town.write("Drinnen", area=town.closed)
    town.pass_week()
    town.turn(town.root, town.open)
    [mail] = town.send()
    assert "Drinnen" not in town.text(mail)
    assert "Draußen" in town.text(mail)


def test_off_at_the_root_nothing_is_planned(town: Town) -> None:
    town.choose(town.anke)
    town.write("Etwas")
    town.pass_week()
    switch_plugin(town.app, town.root, "digest", state="off")
    switch_plugin(town.app, town.open, "digest", state="on")
    town.turn(town.open)
    assert town.issues() == []


@pytest.mark.parametrize(
    ("before", "days"),
    [
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), ["d2026-03-28", "d2026-03-29", "d2026-03-30"]),
        (datetime(2026, 10, 23, 12, 0, tzinfo=UTC), ["d2026-10-24", "d2026-10-25", "d2026-10-26"]),
    ],
    ids=["an hour is left out", "an hour comes twice"],
)
def test_a_clock_change_brings_one_a_day(town: Town, before: datetime, days: list[str]) -> None:
    """At two in the morning, looked at every half an hour through the change and an hour back."""
    town.move(before)
    town.choose(town.anke, Wish(freq="daily", hour=2))
    for half_hours in range(1, 2 * 68):
        town.move(before + half_hours * HOUR / 2)
        town.plan()
        if half_hours % 20 == 0:
            town.move(before + half_hours * HOUR / 2 - HOUR)
            town.plan()
    wanted = sa.select(Issue.period_key).order_by(Issue.id)
    assert [row.period_key for row in town.rows(wanted)] == days
