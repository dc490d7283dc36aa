"""Digests are switched off in one's own area, locked from above, gone everywhere and back again.

Also their mail: it arrives in the demo's mailbox, and a page shows it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser.site import PHONE, Site, Window

Serve = Callable[..., Site]
OWN, BESIDE, ROOT = "kreis-osnabrueck", "eMobilität", "bund"
NAME = "Kreis Osnabrück"
REASON = "Bis zur Wahl verschickt der Landesverband selbst."


def find_switch(page: Page) -> Locator:
    """Return the switch of digests on an area's page of plugins."""
    return page.get_by_role("switch", name="Übersichten in diesem Bereich")


def turn(window: Window, area: str, *, on: bool) -> None:
    """Press the switch of digests in an area, which must change by it."""
    window.go(f"/a/{area}/plugins")
    before, after = ("false", "true") if on else ("true", "false")
    expect(find_switch(window.page)).to_have_attribute("aria-checked", before)
    find_switch(window.page).click()
    expect(find_switch(window.page)).to_have_attribute("aria-checked", after)


def choose_areas(member: Window, *names: str) -> None:
    """Let a member hear of these areas only: what else is new crowds nothing out of seven items."""
    member.go("/digest/")
    member.page.get_by_text("Aus welchen Bereichen?").first.click()
    for name in names:
        member.page.get_by_role("checkbox", name=name, exact=True).check()
    member.page.get_by_role("button", name="Speichern").click()
    expect(member.page.locator("#status")).to_contain_text("Gespeichert")


def list_told(member: Window) -> set[str]:
    """Return out of which areas the member's next digest tells something."""
    assert member.go("/digest/next") == 200
    lines = member.page.locator(".digest-item .small").all_inner_texts()
    return {line.partition(" · ")[0] for line in lines}


@pytest.mark.weave("area on/off", plugin="digest")
def test_cha1_cha2_off_in_the_own_area_only_and_locked_from_above(serve_demo: Serve) -> None:
    site = serve_demo()
    member, admin, above = map(site.visit, ("mitglied", OWN, "lv-niedersachsen"))
    choose_areas(member, NAME, BESIDE)
    assert list_told(member) == {NAME, BESIDE}
    turn(admin, OWN, on=False)
    assert list_told(member) == {BESIDE}
    turn(admin, OWN, on=True)
    assert list_told(member) == {NAME, BESIDE}

    above.go("/a/ni/plugins/digest")
    above.page.get_by_role("radio", name="Gesperrt").check()
    above.page.get_by_label("Grund").fill(REASON)
    above.page.get_by_role("button", name="Festlegen").click()
    expect(above.page.locator("#status")).to_contain_text("Gilt ab sofort, hier und darunter.")
    admin.go(f"/a/{OWN}/plugins")
    switch = find_switch(admin.page)
    expect(switch).to_be_disabled()
    expect(switch).to_have_attribute("aria-checked", "false")
    row = admin.page.get_by_role("listitem").filter(has=switch)
    expect(row).to_contain_text("gesperrt von Niedersachsen")
    expect(row).to_contain_text(REASON)
    assert admin.post(f"/a/{OWN}/plugins/digest/state", state="on") == 403
    assert admin.post(f"/a/{OWN}/plugins/digest", **{"state-state": "on"}) == 403
    assert list_told(member) == {BESIDE}


@pytest.mark.weave("area on/off", plugin="digest")
def test_cha3_off_for_all_hides_digests_everywhere_and_keeps_the_choice(serve_demo: Serve) -> None:
    site = serve_demo()
    member, roof, operator = map(site.visit, ("mitglied", ROOT, "betrieb"))

    def see() -> dict[str, object]:
        """Look wherever digests show themselves."""
        seen: dict[str, object] = {
            path: member.status(path) for path in ("/digest/", "/digest/next")
        }
        member.go("/settings/notifications")
        seen["own settings"] = member.page.get_by_text("Einmal in der Woche").count()
        seen["ways there"] = member.page.locator('a[href^="/digest/"]').count()
        operator.go("/admin/plugins")
        seen["figures"] = operator.page.get_by_text("Übersichten der letzten 30 Tage").count() > 0
        return seen

    before = see()
    assert before["/digest/"] == before["/digest/next"] == 200
    assert before["own settings"]
    assert before["figures"]
    turn(roof, ROOT, on=False)
    assert see() == {
        "/digest/": 404,
        "/digest/next": 404,
        "own settings": 0,
        "ways there": 0,
        "figures": False,
    }
    turn(roof, ROOT, on=True)
    assert see() == before
    member.go("/digest/")
    expect(member.page.get_by_role("radio", name="Einmal in der Woche")).to_be_checked()


def test_the_demos_operator_reads_what_was_sent(serve_demo: Serve) -> None:
    """A digest is there soon after the start; its frame fits a phone and lets nothing run."""
    site = serve_demo()  # of its own: whoever looked around in a shared one misses nothing
    for scheme in ("light", "dark"):
        read_what_was_sent(site, scheme)


def read_what_was_sent(site: Site, scheme: str) -> None:
    """Open the first digest in the mailbox, and where its link leads."""
    operator = site.visit("betrieb", size=PHONE, scheme=scheme)
    page, troubles = operator.page, []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    digest = page.get_by_role("link", name="weitere Neuigkeiten")
    for _ in range(240):  # the worker takes its time
        operator.go("/admin/mailbox")
        if digest.count():
            break
        page.wait_for_timeout(500)
    digest.first.click()
    frame = page.frame_locator("iframe.letter")
    expect(frame.get_by_role("heading", name="Was du verpasst hast")).to_be_visible()
    expect(frame.get_by_role("link", name="Keine Übersicht mehr bekommen")).to_be_visible()
    page.get_by_text("Kopfzeilen").first.click()
    expect(page.get_by_role("cell", name="List-Unsubscribe=One-Click")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    inner = page.frames[1]
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_popup() as popup:
        frame.get_by_role("link", name="Wie oft, wann und woraus").click()
    popup.value.wait_for_url("**/digest/")
    assert troubles == []
