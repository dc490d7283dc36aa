"""MEM1 without a mouse: find a group, join it, open a topic, answer; the focus is always seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.forum.cli.conftest import wait_for
from tests.journeys.browser.site import DESK, PHONE, Site

# What has the focus: its name, and how much of its first line lies between the bars.
FOCUS = """() => {
  const at = document.activeElement;
  const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
  const dock = document.querySelector(".dock");
  const inBar = at.closest(".top, .dock, .skip");
  const top = inBar ? 0 : document.querySelector(".top").getBoundingClientRect().bottom;
  const end = inBar || !dock.offsetHeight ? innerHeight : dock.getBoundingClientRect().top;
  const line = Math.min(box.height, 40);
  const seen = Math.min(box.top + line, end) - Math.max(box.top, top);
  const text = at.getAttribute("aria-label") ?? at.innerText ?? at.name ?? "";
  const name = text.trim().replace(/\\s+/g, " ");
  return { name, tag: at.tagName, seen: seen >= line - 2, height: box.height };
}"""


def tab_to(page: Page, name: str, *, most: int = 140) -> None:
    """Press Tab until something of this name has the focus; nothing on the way may be hidden."""
    for _step in range(most):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(FOCUS)
        assert focus["tag"] == "BODY" or focus["seen"], focus
        assert focus["tag"] == "BODY" or focus["height"] >= 24, focus
        if re.fullmatch(name, focus["name"]):
            return
    raise AssertionError(f"{name} was not reached on {page.url}")


def test_reading_notifications_one_by_one_counts_down_and_keeps_the_place(site: Site) -> None:
    window = site.visit("mitglied")
    page = window.page
    read = page.get_by_role("button", name=re.compile("^„.*als gelesen markieren$"))

    def has_news() -> bool:
        window.go("/notifications")
        return read.count() > 1

    wait_for(has_news, 60)  # the worker tells them
    pressed = str(read.first.get_attribute("aria-label"))
    read.first.press("Enter")
    expect(page.get_by_role("button", name=pressed, exact=True)).to_have_count(0)
    left = page.get_by_role("heading", level=1).locator(".tag-new").inner_text()
    assert left == f"{page.locator('.mine .bell b').inner_text()} neue"
    focus = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focus != pressed and focus.endswith("als gelesen markieren")


@pytest.mark.parametrize(("size", "area"), [(DESK, "Straßenrecht"), (PHONE, "Wasserversorgung")])
def test_a_member_joins_and_answers_by_keyboard(
    site: Site, size: dict[str, int], area: str
) -> None:
    window = site.visit("mitglied", size=size)
    page, keys = window.page, window.page.keyboard
    window.go("/verzeichnis")
    tab_to(page, "Zum Inhalt", most=1)
    keys.press("Enter")
    tab_to(page, r"Themenbereich \d+")
    keys.press("Enter")
    page.wait_for_url(re.compile("kind=topic"))
    tab_to(page, f"Beitreten: {area}", most=200)
    keys.press("Enter")
    expect(page.locator("#status")).to_contain_text(f"Willkommen in {area}.")
    expect(page.get_by_role("heading", level=1)).to_have_text(area)
    title = page.locator(".card h2 a").first.inner_text()
    tab_to(page, re.escape(title))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    tab_to(page, "Auf den Beitrag von .* antworten")
    keys.press("Enter")
    expect(page.locator("#p1 + form #text")).to_be_focused()
    keys.type("Von der Tastatur.")
    tab_to(page, "Antworten", most=12)
    keys.press("Enter")
    expect(page.get_by_text("Von der Tastatur.")).to_have_count(1)


def test_what_opens_closes_with_escape_and_gives_the_focus_back(site: Site) -> None:
    window = site.visit("mitglied", size=PHONE)
    page, keys = window.page, window.page.keyboard
    window.go("/a/emobilitaet/")
    sheet, knob = page.locator("#areas .sheet"), page.locator('.dock a[href="#areas"]')
    knob.focus()
    keys.press("Enter")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(knob).to_be_focused()
    keys.press("Enter")
    for _step in range(20):
        keys.press("Tab")
    expect(sheet).not_to_be_visible()
    page.locator(".card h2 a").first.click()
    for menu, entry in (
        (page.locator("#p1 [data-menu]"), page.locator("#p1 .drop")),
        (page.locator(".head .menu summary"), page.locator(".head .drop")),
    ):
        menu.focus()
        keys.press("Enter")
        expect(entry).to_be_visible()
        keys.press("Tab")
        keys.press("Escape")
        expect(entry).not_to_be_visible()
        expect(menu).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/verzeichnis", "/a/emobilitaet/", "/a/emobilitaet/new"])
def test_nothing_is_wider_than_a_small_window(site: Site, path: str) -> None:
    window = site.visit("mitglied", size={"width": 320, "height": 600})
    window.go(path)
    assert window.page.evaluate("document.documentElement.scrollWidth") == 320
