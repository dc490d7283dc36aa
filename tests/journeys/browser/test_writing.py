"""What one writes is never lost, goes once, and reaches only who may read."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser.site import Site, Window

SAVED = "#write [data-saved]"


def open_poll(site: Site) -> Window:
    window = site.visit("mitglied")
    window.go("/a/emobilitaet/?sort=new")
    window.open_topic("Parkgebühren für E-Autos?")
    return window


def write(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    expect(page.locator(SAVED)).to_have_text("Entwurf gespeichert")


def test_what_was_sent_does_not_come_back(site: Site) -> None:
    page = open_poll(site).page
    write(page, "Bei uns kostet Parken nichts.")
    page.get_by_role("button", name="Antworten", exact=True).dblclick()
    page.wait_for_url(re.compile(r"#p\d+$"))
    expect(page.get_by_text("Bei uns kostet Parken nichts.")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("")
    page.reload()
    expect(page.locator("#text")).to_have_value("")


def test_a_new_topic_comes_back_with_all_its_fields(site: Site) -> None:
    window = site.visit("mitglied")
    page = window.page
    window.go("/a/emobilitaet/new")
    page.get_by_label("Umfrage", exact=True).check()
    page.get_by_label("Titel").fill("Welche Farbe?")
    page.get_by_label("Antwortmöglichkeiten").fill("Rot\nGrün")
    write(page, "Für das neue Dienstrad.")
    window.go("/")
    window.go("/a/emobilitaet/new")
    expect(page.locator(SAVED)).to_have_text("Dein Entwurf ist wieder da.")
    expect(page.get_by_label("Umfrage", exact=True)).to_be_checked()
    expect(page.get_by_label("Titel")).to_have_value("Welche Farbe?")
    expect(page.get_by_label("Antwortmöglichkeiten")).to_have_value("Rot\nGrün")
    expect(page.locator("#text")).to_have_value("Für das neue Dienstrad.")


def test_a_text_outlives_the_network_and_goes_when_it_is_back(site: Site) -> None:
    page = open_poll(site).page
    write(page, "Aus dem Tunnel.")
    send = page.get_by_role("button", name="Antworten", exact=True)
    page.context.set_offline(True)
    send.click()
    expect(page.locator(SAVED)).to_have_text("Keine Verbindung. Dein Text bleibt hier gespeichert.")
    page.context.set_offline(False)
    send.click()
    expect(page.get_by_text("Aus dem Tunnel.")).to_have_count(1)


def test_a_text_outlives_a_refusal_and_a_lost_session(site: Site) -> None:
    page = open_poll(site).page
    topic = page.url
    page.locator("#text").evaluate("field => { field.value = 'ä '.repeat(400000); }")
    page.locator("#text").press("End")
    page.keyboard.type("!")
    page.get_by_role("button", name="Antworten", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Das ist zu groß")
    page.get_by_role("link", name="Zurück zur Seite").click()
    expect(page.locator("#text")).to_have_value(re.compile("ä !$"))
    write(page, "Kürzer.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Antworten", exact=True).click()
    page.get_by_role("link", name="Zurück zur Seite").click()
    page.get_by_role("main").get_by_role("link", name="Anmelden").click()
    Window(page).fill_login(**site.login("mitglied"))
    expect(page).to_have_url(topic)
    expect(page.locator("#text")).to_have_value("Kürzer.")


def test_an_edit_that_was_left_comes_back(site: Site) -> None:
    window = site.visit("mitglied")
    window.go("/search?q=Lastenrad-Modell fördern Sie")
    window.open_topic("Welches Lastenrad-Modell fördern Sie?")
    page, url = window.page, window.page.url.partition("#")[0]
    address = f"{re.sub(r'-[^/]*$', '', url)}/p/1/edit"
    page.goto(address)
    before = page.locator("#text").input_value()
    write(page, f"{before} Ergänzt.")
    page.goto(url)
    page.goto(address)
    expect(page.locator("#text")).to_have_value(f"{before} Ergänzt.")


def test_a_selected_passage_is_quoted(site: Site) -> None:
    page = open_poll(site).page
    page.locator("#p1 .text p").evaluate(
        "p => getSelection().setBaseAndExtent(p.firstChild, 0, p.firstChild, 8)"
    )
    page.locator("#p1 [data-quote]").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"^:::quote [^\n]+\nDas Land\n:::\n"))


def suggest(window: Window, path: str, text: str) -> list[str]:
    """Return who is suggested for a text on the composer of a page."""
    page = window.page
    window.go(path)
    with page.expect_response(re.compile("/mentions")):
        page.locator("#text").press_sequentially(text)
    page.wait_for_timeout(100)
    return page.locator(".suggest [role=option]").all_inner_texts()


def test_only_who_will_read_is_suggested(site: Site) -> None:
    window = site.visit("mitglied")
    assert len(suggest(window, "/a/emobilitaet/new", "@anke")) > 1
    assert [name.partition(" (")[0] for name in suggest(window, "/a/ni-recht/new", "@anke")] == [
        "Anke Meinders"
    ]
