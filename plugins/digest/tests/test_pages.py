"""The pages of digests as members see them: choosing, looking ahead, and why none came."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from forum_digest.operations import Wish

from forum.testing.builders import make_area, make_operator, switch_plugin
from forum.testing.statements import list_warm_statements

if TYPE_CHECKING:
    from conftest import Town

CHOICE = {
    "freq": "daily",
    "channel": "mail",
    "weekday": "2",
    "hour": "18",
    "zone": "America/New_York",
    "language": "sv",
    "pause_days": "",
}


def send(town: Town, **changed: object) -> int:
    """Send the form as Anke; return the status."""
    client = town.client(town.anke)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/digest/").text)
    assert token is not None
    data = {"csrf_token": token[1], **CHOICE, **changed}
    return client.post("/digest/", data=data).status_code


@pytest.mark.weave("theme and no-JS")
def test_a_choice_is_kept_and_shown(town: Town) -> None:
    assert send(town) == 303
    pref = town.pref(town.anke)
    assert (pref.freq, pref.weekday, pref.hour, pref.zone) == ("daily", 2, 18, "America/New_York")
    assert (pref.language, pref.areas, pref.chosen) == ("sv", [], True)
    page = town.client(town.anke).get("/digest/").text
    assert re.search(r'<input[^>]*checked[^>]*value="daily"', page)
    assert "Jeden Tag" in town.client(town.anke).get("/settings/notifications").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("freq", "hourly"),
        ("channel", "pigeon"),
        ("weekday", "7"),
        ("hour", "24"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("language", "xx"),
        ("areas", "999999"),
        ("areas", "x"),
        ("pause_days", "366"),
        ("pause_days", "-1"),
    ],
)
def test_what_the_form_does_not_offer_is_refused(town: Town, field: str, value: str) -> None:
    assert send(town, **{field: value}) == 422
    assert town.pref(town.anke) is None


def test_of_many_areas_the_own_and_the_chosen_are_always_offered(town: Town) -> None:
    """Sixty areas are open to all; the own one, what is above it and a chosen one come first."""
    others = [make_area(town.app, f"A {n:02}", parent=town.root) for n in range(60)]
    late = make_area(town.app, "Z Verband", parent=town.root)
    own = make_area(town.app, "Z Gruppe", parent=late, members={town.anke: "member"})

    def see() -> set[int]:
        page = town.client(town.anke).get("/digest/").text
        return {int(found) for found in re.findall(r'name="areas"[^>]*value="(\d+)"', page)}

    assert {town.root, town.open, late, own} <= see()
    assert len(see()) == 50
    [left] = {others[-1]} - see()
    town.choose(town.anke, Wish(freq="daily", areas=(left,)))
    assert {left, late, own} <= see()
    assert send(town, areas=str(left)) == 303
    assert town.pref(town.anke).areas == [left]


def test_nobody_is_led_to_the_login_and_off_is_not_there(town: Town) -> None:
    for path in ("/digest/", "/digest/next"):
        assert town.client().get(path).status_code == 303
    switch_plugin(town.app, town.root, "digest", state="off")
    for path in ("/digest/", "/digest/next"):
        assert town.client(town.anke).get(path).status_code == 404
    assert "/digest/" not in town.client(town.anke).get("/settings/notifications").text


def test_the_preview_is_the_mail(town: Town) -> None:
    town.choose(town.anke)
    first = town.write("Haushalt <b>beschlossen</b>")
    town.reply(first.topic_id, town.chair)
    town.write("Kaffee & Kuchen", area=town.closed)
    town.pass_week()
    town.turn()
    page = unescape(town.client(town.anke).get("/digest/next").text)
    [mail] = town.send()
    html = unescape(town.html(mail))
    found = re.findall(r"<h3><a href=\"([^\"]+)\">(.+?)</a>", page)
    told = re.findall(r"<h2[^>]*><a href=\"([^\"]+)\"[^>]*>(.+?)</a>", html)
    assert found == told
    assert len(found) == 2
    for line in re.findall(r'<p class="small">([^<]+ · [^<]+)</p>', page.partition("<h3>")[2]):
        assert line in html


def test_the_preview_says_when_it_comes_or_that_none_does(town: Town) -> None:
    client = town.client(town.anke)
    assert "Du bekommst zurzeit keine" in client.get("/digest/next").text
    town.choose(town.anke)
    assert re.search(r"Sie kommt am \d+\. \w+ \d{4}, ", client.get("/digest/next").text)


def test_why_none_came_is_said(town: Town) -> None:
    town.choose(town.anke)
    town.pass_week()
    town.turn()
    assert "gab es nichts Neues für dich" in town.client(town.anke).get("/digest/").text
    assert "gab es nichts Neues" not in town.client(town.deniz).get("/digest/").text


def test_operators_see_figures_and_nobody(town: Town) -> None:
    town.choose(town.anke)
    town.pass_week()
    town.turn()
    page = town.client(make_operator(town.app)).get("/admin/plugins").text
    figures = page.partition("Übersichten der letzten 30 Tage")[2].partition("</section>")[0]
    assert "Nichts Neues" in figures
    assert "Anke" not in figures


def test_pages_cost_the_same_with_one_and_with_three(town: Town) -> None:
    town.choose(town.anke, Wish(freq="daily", hour=9))
    client = town.client(town.anke)
    counts = []
    for number in range(3):
        town.write(f"Thema {number}")
        town.move(town.start + timedelta(days=number + 1))
        town.turn()
        town.send()
        for path in ("/digest/", "/digest/next"):
            counts.append(len(list_warm_statements(lambda path=path: client.get(path))))
    assert counts[0::2] == [counts[0]] * 3
    assert counts[0] <= 12


def test_it_is_said_in_the_members_language(town: Town) -> None:
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, language="sv"))
    town.write("Haushalt")
    town.pass_week()
    town.turn()
    [mail] = town.send()
    assert "Vad du har missat" in town.text(mail)
    assert "Nytt ämne" in town.text(mail)
