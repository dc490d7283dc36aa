"""The directory page: who sees which areas and what of them, and how one joins from there."""

from __future__ import annotations

import re

import pytest

from forum.areas.operations import NewMember, add_members, apply_to_area, archive_area
from forum.areas.queries import get_scope, get_system_scope
from forum.core.database import unit
from forum.core.wall import Viewer, as_viewer
from forum.testing.builders import make_area, make_user
from tests.forum.home.federation import Browser, Federation

NAMES = {"Zukunftskommunen", "Land", "Offen", "Recht", "Kreis", "Geheim", "Rat"}
_LINE = re.compile(r'<li class="l\d">(.*?)</li>', re.DOTALL)
_NAME = re.compile(r'<h2>.*?<a href="/a/[^"]+/">([^<]+)</a></h2>', re.DOTALL)


def lines(browser: Browser, query: str = "") -> dict[str, str]:
    """Return the lines of the list by the name of their area."""
    found = _LINE.findall(browser.text(f"/verzeichnis{query}"))
    return {_NAME.search(line)[1]: line for line in found}


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        (None, {"Land", "Recht", "Kreis", "Geheim", "Rat"}),
        ("neu", {"Geheim", "Rat"}),
        ("anke", {"Geheim", "Rat"}),
        ("insider", set()),
        ("chef", set()),
    ],
)
def test_one_sees_what_one_may_know_of(
    federation: Federation, name: str | None, hidden: set[str]
) -> None:
    assert set(lines(federation.visit(name))) == NAMES - hidden


@pytest.mark.parametrize(
    ("name", "area", "active"),
    [
        (None, "Offen", True),
        ("neu", "Recht", True),
        ("neu", "Kreis", False),
        ("insider", "Kreis", True),
        ("chef", "Geheim", True),
        ("chef", "Rat", False),
    ],
)
def test_activity_shows_only_to_readers(
    federation: Federation, name: str | None, area: str, active: bool
) -> None:
    line = lines(federation.visit(name))[area]
    assert ("zuletzt aktiv" in line, "1 Mitglied" in line) == (active, active)


def test_the_summary_of_a_sealed_area_is_not_even_found(federation: Federation) -> None:
    app = federation.app
    make_area(app, "Vorstand", visibility="hidden", sealed=True, summary="KANARIE-vorstand")
    chef = federation.visit("chef")
    assert "KANARIE" not in chef.text("/verzeichnis")
    assert lines(chef, "?q=kanarie-vorstand") == {}
    assert set(lines(chef, "?q=vorstand")) == {"Vorstand"}


def test_the_chair_is_named(federation: Federation) -> None:
    app = federation.app
    petra = make_user(app, "Petra Hansen")
    with app.app_context(), unit():
        new = NewMember(
            area_id=federation.areas["kreis"], user_id=petra, role="admin", title="chair"
        )
        add_members([new])
    assert "Petra Hansen" in lines(federation.visit("neu"))["Kreis"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?kind=region", {"Land"}),
        ("?kind=committee", {"Recht"}),
        ("?state=apply", {"Kreis"}),
        ("?state=invite", {"Geheim", "Rat"}),
        ("?state=closed", {"Zukunftskommunen"}),
        ("?state=open&kind=topic", {"Offen"}),
        ("?q=anfrage", {"Kreis"}),
        ("?in=recht", {"Recht"}),
        ("?in=bund&q=rat", {"Rat"}),
        ("?q=gibtesnicht", set()),
    ],
)
def test_narrowing(federation: Federation, query: str, names: set[str]) -> None:
    assert set(lines(federation.visit("insider"), query)) == names


def test_archived_areas_are_told_apart(federation: Federation) -> None:
    with federation.app.app_context(), unit():
        archive_area(get_system_scope("offen"))
    anke = federation.visit("anke")
    assert set(lines(anke, "?state=archived")) == {"Offen"}
    assert "Beitreten" not in lines(anke)["Offen"]


@pytest.mark.parametrize(
    "path",
    [
        "/verzeichnis?kind=verein",
        "/verzeichnis?state=halb",
        "/verzeichnis?in=gibt-es-nicht",
        "/verzeichnis?in=rat",
        "/verzeichnis?after=quatsch",
    ],
)
def test_an_address_that_is_none_is_not_found(federation: Federation, path: str) -> None:
    assert federation.visit("anke").client.get(path).status_code == 404


def test_joining_from_the_list(federation: Federation) -> None:
    neu = federation.visit("neu")
    before = lines(neu)
    assert 'formaction="/a/recht/join"' in before["Recht"]
    assert 'href="/a/kreis/apply"' in before["Kreis"]
    assert "Beitreten" not in before["Zukunftskommunen"]
    assert neu.press("/a/recht/join", page="/verzeichnis").status_code == 303
    assert "dabei" in lines(neu)["Recht"]
    assert "KANARIE-recht" in neu.text("/")
    assert neu.get("/a/kreis/apply").status_code == 200


def test_who_waits_for_an_answer_is_told_so(federation: Federation) -> None:
    viewer = Viewer(federation.users["neu"])
    with federation.app.app_context(), unit(), as_viewer(viewer):
        apply_to_area(get_scope(viewer, "kreis"), reason="Ich arbeite dort.")
    assert "angefragt" in lines(federation.visit("neu"))["Kreis"]
    assert "Anfragen" in lines(federation.visit("anke"))["Kreis"]


def test_strangers_get_no_buttons(federation: Federation) -> None:
    assert "Beitreten" not in federation.visit().text("/verzeichnis")


def test_siblings_stand_by_kind_and_alphabet(federation: Federation) -> None:
    for name in ("Zoll", "Ämter", "Ordnung", "Österreich"):
        make_area(federation.app, name, kind="role")
    found = list(lines(federation.visit("neu")))
    assert found == [
        "Zukunftskommunen",
        "Land",
        "Recht",
        "Kreis",
        "Offen",
        "Ämter",
        "Ordnung",
        "Österreich",
        "Zoll",
    ]
