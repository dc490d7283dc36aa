"""Badges and chapters are switched on in one's own area, locked from above, off and on again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser.site import Site, Window

Serve = Callable[..., Site]
OWN, NEIGHBOUR, ABOVE = "kreis-osnabrueck", "kreis-emsland", "weser-ems"
REASON = "Das beschließt erst der Landesvorstand."
PLUGINS = {"badges": "Abzeichen", "chapters": "Gliederungen"}
EVERYWHERE = {"chapters": "bund"}
"""Where the demo has a plugin on for all; the roof takes it back before somebody begins."""
CODE, SHOWN = "Code-Profi", "Robotik-Einsteiger:in"
BRANCH = "/a/ni/chapters/"
PAGES = ("", "impressum", "region", "edit", "look", "host", "report", "new", "template")


def find_switch(page: Page, plugin: str) -> Locator:
    """Return the switch of a plugin on an area's page of plugins."""
    return page.get_by_role("switch", name=f"{PLUGINS[plugin]} in diesem Bereich")


def turn(window: Window, area: str, plugin: str, *, on: bool) -> None:
    """Press the switch of a plugin in an area, which must change by it."""
    window.go(f"/a/{area}/plugins")
    before, after = ("false", "true") if on else ("true", "false")
    expect(find_switch(window.page, plugin)).to_have_attribute("aria-checked", before)
    find_switch(window.page, plugin).click()
    expect(find_switch(window.page, plugin)).to_have_attribute("aria-checked", after)


def list_routes(window: Window, plugin: str) -> dict[str, int]:
    """Ask for the plugin's page of the own area, the one beside and the one above."""
    return {area: window.status(f"/a/{area}/{plugin}/") for area in (OWN, NEIGHBOUR, ABOVE)}


@pytest.mark.weave("area on/off", plugin="badges")
@pytest.mark.weave("area on/off", plugin="chapters")
def test_cha1_cha2_on_in_the_own_area_only_and_locked_from_above(serve_demo: Serve) -> None:
    site = serve_demo()
    roof, above, admin = map(site.visit, ("bund", "lv-niedersachsen", "kreis-osnabrueck"))
    nowhere = {OWN: 404, NEIGHBOUR: 404, ABOVE: 404}
    for plugin, place in EVERYWHERE.items():
        turn(roof, place, plugin, on=False)
    for plugin in PLUGINS:
        assert list_routes(admin, plugin) == nowhere
        turn(admin, OWN, plugin, on=True)
        assert list_routes(admin, plugin) == {**nowhere, OWN: 200}
        expect(admin.page.locator(".switches")).to_contain_text("hier eingeschaltet")

        above.go(f"/a/ni/plugins/{plugin}")
        above.page.get_by_role("radio", name="Gesperrt").check()
        above.page.get_by_label("Grund").fill(REASON)
        above.page.get_by_role("button", name="Festlegen").click()
        expect(above.page.locator("#status")).to_contain_text("Gilt ab sofort, hier und darunter.")
        admin.go(f"/a/{OWN}/plugins")
        switch = find_switch(admin.page, plugin)
        expect(switch).to_be_disabled()
        expect(switch).to_have_attribute("aria-checked", "false")
        row = admin.page.get_by_role("listitem").filter(has=switch)
        expect(row).to_contain_text("gesperrt von Niedersachsen")
        expect(row).to_contain_text(REASON)
        assert admin.post(f"/a/{OWN}/plugins/{plugin}/state", state="on") == 403
        assert admin.post(f"/a/{OWN}/plugins/{plugin}", **{"state-state": "on"}) == 403
        assert list_routes(admin, plugin) == nowhere


@pytest.mark.weave("area on/off", plugin="badges")
def test_cha3_off_hides_badges_everywhere_and_keeps_them(serve_demo: Serve) -> None:
    site = serve_demo()
    admin, nele, school = site.visit("bund"), site.visit("jugend"), site.visit()
    member = site.visit("mitglied")
    nele.go("/badges/")
    nele.page.get_by_label("Überschrift").fill("Bewerbung")
    nele.page.get_by_role("button", name="Link erstellen").click()
    link = nele.page.get_by_label("Link zum Lebenslauf").input_value()
    shared = "/badges/v/" + link.rpartition("/")[2]
    admin.go("/a/mint/badges/")
    badge = admin.page.get_by_role("link", name=CODE).get_attribute("href")
    assert badge is not None

    def see() -> dict[str, object]:
        """Look wherever badges may show themselves, as their owner, another member, nobody."""
        seen: dict[str, object] = {}
        for who, window in (("owner", nele), ("member", member)):
            window.go("/a/mint/")
            seen[f"{who} beside"] = list_headings(window.page, "Abzeichen")
            window.go("/u/nele-jansen")
            seen[f"{who} profile"] = window.page.locator(".badges-row li strong").all_inner_texts()
            seen[f"{who} page"] = window.status(badge)
        nele.go("/badges/")
        seen["own"] = nele.page.locator(".badges-card strong").all_inner_texts()
        nele.go("/notifications")
        seen["told"] = nele.page.get_by_text("Du hast ein Abzeichen bekommen").count()
        school.go(shared)
        seen["shared"] = school.page.get_by_role("main").get_by_text(CODE).count()
        seen["signed"] = school.status(f"{shared}/1")
        seen["manage"] = [admin.status(f"/a/mint/badges/{page}") for page in ("new", "attendance")]
        return seen

    before = see()
    assert before["owner beside"] == before["member beside"] == ["Abzeichen"]
    assert before["owner profile"] == before["member profile"] == [SHOWN]
    assert CODE in before["own"]  # type: ignore[operator]
    assert before["told"] != 0
    assert before["shared"] != 0
    assert (before["signed"], before["manage"], before["member page"]) == (200, [200, 200], 200)

    turn(admin, "mint", "badges", on=False)
    assert see() == {
        "owner beside": [],
        "owner profile": [],
        "owner page": 404,
        "member beside": [],
        "member profile": [],
        "member page": 404,
        "own": [],
        "told": 0,
        "shared": 0,
        "signed": 404,
        "manage": [404, 404],
    }
    turn(admin, "mint", "badges", on=True)
    assert see() == before


def list_headings(page: Page, name: str) -> list[str]:
    """Return the headings in the right column that hold this word."""
    found = page.get_by_role("complementary").get_by_role("heading").all_inner_texts()
    return [text for text in found if name in text]


@pytest.mark.weave("area on/off", plugin="chapters")
def test_cha3_off_hides_a_branch_and_keeps_it(serve_demo: Serve) -> None:
    site = serve_demo()
    admin, member, nobody = site.visit("lv-niedersachsen"), site.visit("mitglied"), site.visit()
    host = f"http://ni.localhost:{site.server.port}"

    def see() -> dict[str, object]:
        """Look at the branch's pages, at what leads to them, and at its own host."""
        seen: dict[str, object] = {"pages": {admin.status(f"{BRANCH}{page}") for page in PAGES}}
        for window, who in ((member, "member"), (nobody, "nobody")):
            window.go("/a/ni/")
            seen[who] = list_headings(window.page, "Gliederung")
        admin.go("/a/ni/settings")
        seen["settings"] = admin.page.get_by_role("heading", name="Auftritt").count()
        seen["steps"] = admin.page.locator(f'a[href^="{BRANCH}"]').count()
        nobody.go(f"{host}/")
        seen["host"] = nobody.page.get_by_role("heading", level=1).inner_text()
        nobody.go(f"{host}/impressum")
        seen["imprint"] = "Landesverband Niedersachsen" in nobody.page.content()
        return seen

    before = see()
    assert before["pages"] == {200}
    assert before["member"] == before["nobody"] == ["Gliederung"]
    assert (before["settings"], before["imprint"]) == (1, True)
    assert "Willkommen" in str(before["host"])

    turn(admin, "ni", "chapters", on=False)
    assert see() == {
        "pages": {404},
        "member": [],
        "nobody": [],
        "settings": 0,
        "steps": 0,
        "host": "Niedersachsen",
        "imprint": False,
    }
    turn(admin, "ni", "chapters", on=True)
    assert see() == before
