"""Badges end to end: earned by attending, put behind a link, checked by strangers, ended."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.site import DESK, PHONE, Site

CODE = "Code-Profi"


def fill_session(page: Page, title: str) -> None:
    """Write down, as an admin, that something took place and that Nele was there."""
    page.goto("/a/mint/badges/attendance")
    page.get_by_label("Was stattgefunden hat").fill(title)
    page.get_by_label("Fach").fill("Drohnen")
    page.get_by_label("Wann").fill(f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%dT17:00}")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("checkbox", name=re.compile("Nele Jansen")).check()
    page.get_by_role("button", name="Eintragen").click()
    expect(page.get_by_text("Eine Person eingetragen.")).to_be_visible()


def test_you3_three_courses_make_a_badge(site: Site) -> None:
    admin = site.visit("bund", size=DESK, scripts=False).page
    admin.goto("/a/mint/badges/new")
    admin.get_by_label("Name", exact=True).fill("Drohnen-Pilot:in")
    admin.get_by_label("Was es bescheinigt").fill("Kann eine Drohne sicher fliegen.")
    admin.get_by_label("Wie man es bekommt").fill("Besuche drei Kurse.")
    admin.locator("#kind_1").select_option("count")
    admin.locator("#event_1").select_option("badges.session_attended")
    admin.locator("#field_1").select_option("subject")
    admin.locator("#value_1").fill("Drohnen")
    admin.locator("#least_1").fill("3")
    admin.get_by_role("button", name="Speichern").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Drohnen-Pilot:in")
    for title in ("Drohnen I", "Drohnen II", "Drohnen III"):
        fill_session(admin, title)
    nele = site.visit("jugend", size=PHONE).page
    for _ in range(40):  # the worker takes its time
        nele.goto("/badges/")
        if nele.get_by_text("Drohnen-Pilot:in").count():
            break
        nele.wait_for_timeout(500)
    expect(nele.get_by_text("Drohnen-Pilot:in").first).to_be_visible()
    nele.goto("/notifications")
    expect(nele.get_by_text("Du hast ein Abzeichen bekommen: Drohnen-Pilot:in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_you4_a_resume_is_shared_checked_and_ended(site: Site, scheme: str) -> None:
    nele = site.visit("jugend", size=PHONE, scheme=scheme).page
    nele.goto("/badges/")
    title = f"Bewerbung {scheme}"
    nele.get_by_label("Überschrift").fill(title)
    nele.get_by_role("checkbox", name="Teamplayer:in").uncheck()
    nele.get_by_role("button", name="Link erstellen").click()
    link = nele.get_by_label("Link zum Lebenslauf").input_value()
    path = "/badges/v/" + link.rpartition("/")[2]
    assert nele.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    school = site.visit(size=DESK, scheme=scheme).page
    school.goto(path)
    expect(school.get_by_role("heading", level=1)).to_have_text(title)
    assert school.get_by_text("Gültig", exact=True).count() >= 5
    expect(school.get_by_role("heading", name=CODE)).to_be_visible()
    assert school.get_by_text("Teamplayer:in").count() == 0
    assert "@example.org" not in school.content()
    assert "Nele" not in school.content()
    signed = json.loads(school.request.get(f"{path}/1").text())
    assert "OpenBadgeCredential" in signed["type"]
    nele.goto("/badges/")
    nele.get_by_role("button", name=f"Link beenden: {title}").click()
    assert school.request.get(path).status == 410
