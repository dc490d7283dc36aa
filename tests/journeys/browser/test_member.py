"""A member joins, replies and votes: with a mouse, with the keyboard alone, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.site import PHONE, Site

LASTENRAD = "Welches Lastenrad-Modell fördern Sie?"
MUSTERSATZUNG = "Braucht ihr eine Mustersatzung für Ladesäulen?"
FOERDERSTELLE = "Habt ihr eine zentrale Förderstelle?"
LOW = {"width": 1280, "height": 480}


def join_from_directory(page: Page, area: str) -> None:
    """Find a group in the directory, join it and go there."""
    page.goto("/verzeichnis")
    kinds = page.get_by_role("list", name="Art")
    kinds.get_by_role("link", name=re.compile("^Themenbereich")).click()
    expect(page).to_have_url(re.compile(r"kind=topic"))
    page.get_by_role("button", name=f"Beitreten: {area}").click()
    expect(page.locator("#status")).to_contain_text(area)
    page.get_by_role("navigation", name="Meine Bereiche").get_by_role("link", name=area).click()
    expect(page.get_by_role("heading", level=1, name=area)).to_be_visible()


def test_mem1_join_and_reply(site: Site) -> None:
    page = site.visit("vielbeschaeftigt").page
    join_from_directory(page, "eMobilität")
    page.locator(".feed > .card:not(:has(.chip.kind)) h2 a").first.click()
    said = "Wir laden seit dem Frühjahr am Bauhof, mit gutem Erfolg."
    page.get_by_label("Deine Antwort an alle in eMobilität").fill(said)
    page.get_by_role("button", name="Antworten", exact=True).click()
    own = page.get_by_role("article").filter(has_text=said)
    expect(own).to_be_in_viewport()

    # A reload goes back to where the scroll bar stood, in a window of another width a chance.
    address = page.url
    page.goto("about:blank")
    page.set_viewport_size(PHONE)
    page.goto(address)
    expect(own).to_be_in_viewport()
    expect(own.get_by_role("heading")).to_have_text("Carsten Voß")
    expect(page.get_by_role("button", name="Ich folge")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_mem1_by_keyboard_alone(site: Site) -> None:
    page = site.visit("mitglied").page
    page.goto("/a/kreis-osnabrueck/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "p1"
    page.keyboard.press("r")
    said = "Ohne Maus geschrieben, Grüße aus Moorkamp."
    page.keyboard.type(said)
    tab_to(page, "Antworten")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").filter(has_text=said)).to_be_visible()


def tab_to(page: Page, button: str) -> None:
    """Go on with the Tab key until a button has the focus."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == button:
            return
    raise AssertionError(f"the Tab key does not lead to {button}")


def test_mem3_one_click_shows_the_result_by_its_rule(site: Site) -> None:
    window = site.visit("mitglied")
    page = window.page
    page.goto("/a/emobilitaet/")
    page.get_by_role("complementary").get_by_role("link", name=MUSTERSATZUNG).click()
    poll = page.get_by_role("region", name="Umfrage")
    answer = poll.get_by_role("button").first
    expect(answer).to_have_attribute("aria-pressed", "false")
    expect(poll.locator(".votes")).to_have_count(0)
    expect(poll).to_contain_text("Das Ergebnis siehst du, wenn du abgestimmt hast.")
    answer.click()
    expect(answer).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Deine Stimme ist gezählt.")).to_be_in_viewport(ratio=1)
    expect(poll.locator(".votes").first).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_mem3_an_own_answer_given_twice_is_one(site: Site) -> None:
    first = site.visit("mitglied")
    first.go("/search?q=Lastenrad-Modell fördern Sie")
    first.open_topic(LASTENRAD)
    add_answer(first.page, "Lastenrad")
    assert first.say() == "Deine Antwort steht jetzt zur Wahl, deine Stimme ist gezählt."
    assert list_own(first.page) == [("Lastenrad von Anke Meinders", "1", "true")]

    second = site.visit("redaktion")
    second.go(first.page.url)
    add_answer(second.page, "lastenrad ")
    assert second.say() == "Diese Antwort gibt es schon: Deine Stimme zählt dort."
    assert list_own(second.page) == [("Lastenrad von Anke Meinders", "2", "true")]


def add_answer(page: Page, text: str) -> None:
    """Add an answer of one's own to the poll of the page."""
    page.get_by_role("textbox", name="Eigene Antwort").fill(text)
    page.get_by_role("button", name="Hinzufügen").click()
    page.locator(".notice").first.wait_for()


def list_own(page: Page) -> list[tuple[str, str, str]]:
    """Return text, votes and state of the answers that are called like the added one."""
    found = []
    for option in page.locator("button.opt").all():
        text = " ".join(option.locator(".answer-text").inner_text().split())
        votes = option.locator(".votes").inner_text().split()[0]
        if text.casefold().startswith("lastenrad"):
            found.append((text, votes, option.get_attribute("aria-pressed") or ""))
    return found


@pytest.mark.weave("theme and no-JS", plugin="polls")
def test_vote_and_reply_without_scripts(site: Site) -> None:
    page = site.visit("lv-niedersachsen", size=LOW, scripts=False).page
    join_from_directory(page, "Fördermittel")
    page.goto("/a/foerdermittel/polls/")
    page.get_by_role("link", name=FOERDERSTELLE).click()
    page.locator("button.opt").first.click()
    expect(page.locator("button.opt").first).to_have_attribute("aria-pressed", "true")
    # The page opens at the post, further down than where the message stands.
    expect(page.get_by_text("Deine Stimme ist gezählt.")).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name=re.compile("antworten$")).first.click()
    said = "Bei uns macht das die Kämmerei nebenbei."
    page.get_by_role("textbox", name=re.compile("Antwort")).fill(said)
    page.get_by_role("button", name="Antworten", exact=True).click()
    expect(page.get_by_role("article").filter(has_text=said)).to_be_visible()
    expect(page.get_by_role("button", name="Ich folge")).to_have_attribute("aria-pressed", "true")
