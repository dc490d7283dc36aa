"""Axe finds nothing serious on any page, in light and dark."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser.site import PHONE, Site, Window

SERIOUS = {"serious", "critical"}
CHAPTER = "/a/kreis-osnabrueck/"
PAGES = {
    None: ["/", "/login", "/register", "/password/forgot", "/verzeichnis", "/a/emobilitaet/",
           "/search", "/u/anke-meinders", "/impressum", "/nirgends", "/invite/nirgends"],
    "mitglied": ["/", "/?tab=unanswered", "/verzeichnis?kind=topic", "/a/emobilitaet/",
                 "/a/emobilitaet/new", "/a/emobilitaet/members", "/a/emobilitaet/polls/",
                 "/a/bundestagswahl-2021/", "/a/personalleitung/", "/a/personalleitung/apply",
                 "/a/ni/settings", "/notifications", "/search?q=Förderantrag", "/search?q=qqxxyy",
                 "/settings/profile", "/settings/display", "/settings/notifications",
                 "/settings/access", "/settings/sessions", "/settings/tokens", "/u/anke-meinders"],
    "kreis-osnabrueck": [CHAPTER, *(CHAPTER + page for page in (
                         "plugins", "plugins/polls", "members", "settings", "invitations", "log",
                         "moderation", "moderation/log", "new-area"))],
    "lv-niedersachsen": [f"{CHAPTER}move", "/a/ni-recht/", "/a/ni/log"],
    "betrieb": ["/admin/plugins", "/admin/invitations"],
}  # fmt: skip
TOPIC_PAGES = {
    "mitglied": ["", "?view=flat", "/p/1/edit", "/p/1/reply?quote=", "/p/1/menu", "/p/1/history",
                 "/p/1/reactions"],
    "moderation": ["/p/1/hide", "/move", "/p/1/edit"],
}  # fmt: skip
SCREENS = [("light", None), ("dark", PHONE)]
STATUSES = {"/nirgends": 404, "/invite/nirgends": 410, "/a/ni/settings": 403}


def find_faults(window: Window) -> list[str]:
    """Return the serious findings of axe on the page."""
    found = Axe().run(window.page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]


def collect_faults(window: Window, paths: list[str]) -> dict[str, list[str]]:
    """Open each page and return what axe finds there."""
    faults = {}
    for path in paths:
        assert window.go(path) == STATUSES.get(path, 200), path
        faults[path] = find_faults(window)
    return {path: found for path, found in faults.items() if found}


@pytest.mark.parametrize(("scheme", "size"), SCREENS)
@pytest.mark.parametrize("persona", PAGES)
def test_axe_finds_nothing_serious(
    site: Site, persona: str | None, scheme: str, size: dict[str, int] | None
) -> None:
    window = site.visit(persona, scheme=scheme, size=size, bypass_csp=True)
    assert collect_faults(window, PAGES[persona]) == {}


@pytest.mark.parametrize(("scheme", "size"), SCREENS)
@pytest.mark.parametrize("persona", TOPIC_PAGES)
def test_axe_finds_nothing_serious_around_a_topic(
    site: Site, persona: str, scheme: str, size: dict[str, int] | None
) -> None:
    window = site.visit(persona, scheme=scheme, size=size, bypass_csp=True)
    window.go("/search?q=Lastenrad-Modell fördern Sie")
    window.open_topic("Welches Lastenrad-Modell fördern Sie?")
    found = re.search(r"/t/\d+", window.page.url)
    assert found is not None
    assert collect_faults(window, [found[0] + page for page in TOPIC_PAGES[persona]]) == {}


@pytest.mark.parametrize(("scheme", "size"), SCREENS)
def test_axe_finds_nothing_serious_on_polls(
    site: Site, scheme: str, size: dict[str, int] | None
) -> None:
    """A ballot and a result of every kind, what moderators do, a new poll with all its fields."""
    window = site.visit("moderation", scheme=scheme, size=size, bypass_csp=True)
    page = window.page
    faults: dict[str, list[str]] = {}
    for area in ("emobilitaet", "pressearbeit"):
        window.go(f"/a/{area}/polls/")
        links = page.locator("main .list > li > .grow > a")
        for path in [link.get_attribute("href") or "" for link in links.all()[:8]]:
            window.go(path)
            faults[path] = find_faults(window)
            page.get_by_role("link", name="Verwalten").first.click()
            page.get_by_role("link", name="Zum Beitrag").wait_for()
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => (one.open = true))"
            )
            faults[page.url] = find_faults(window)
    window.go("/a/emobilitaet/new")
    page.get_by_role("radio", name="Umfrage").check()
    page.get_by_text("Mehr festlegen").click()
    kinds = page.get_by_label("Art der Umfrage").locator("option").all()
    for kind in [option.get_attribute("value") or "" for option in kinds]:
        page.get_by_label("Art der Umfrage").select_option(kind)
        faults[kind] = find_faults(window)
    assert len(faults) >= 30
    assert {where: found for where, found in faults.items() if found} == {}


@pytest.mark.parametrize(("scheme", "size"), SCREENS)
def test_axe_finds_nothing_serious_on_what_forms_answer(
    site: Site, scheme: str, size: dict[str, int] | None
) -> None:
    window = site.visit(None, scheme=scheme, size=size, bypass_csp=True)
    page = window.page
    window.go("/login")
    page.get_by_label("E-Mail-Adresse").fill("niemand@example.org")
    page.get_by_label("Passwort", exact=True).fill("falsch")
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.locator(".summary").wait_for()
    assert find_faults(window) == []
    member = site.visit("mitglied", scheme=scheme, size=size, bypass_csp=True)
    member.go("/a/emobilitaet/new")
    member.page.get_by_label("Umfrage", exact=True).check()
    member.page.locator("#text").fill("**Fett** und eine Liste\n\n- eins\n- zwei")
    member.page.get_by_role("button", name="Vorschau").click()
    member.page.wait_for_load_state()
    assert find_faults(member) == []
