"""Axe finds nothing serious on the pages that members and admins see most, in light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser.site import PHONE, Site, Window

SERIOUS = {"serious", "critical"}
PAGES = {
    None: ["/", "/login", "/register", "/verzeichnis", "/a/emobilitaet/"],
    "mitglied": ["/", "/verzeichnis?kind=topic", "/a/emobilitaet/", "/a/emobilitaet/new",
                 "/notifications", "/search?q=Förderantrag", "/settings/profile"],
    "kreis-osnabrueck": ["/a/kreis-osnabrueck/plugins", "/a/kreis-osnabrueck/plugins/polls",
                         "/a/kreis-osnabrueck/members", "/a/kreis-osnabrueck/settings"],
    "betrieb": ["/admin/plugins"],
}  # fmt: skip


def find_faults(window: Window) -> list[str]:
    """Return the serious findings of axe on the page."""
    found = Axe().run(window.page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(("scheme", "size"), [("light", None), ("dark", PHONE)])
def test_axe_finds_nothing_serious(site: Site, scheme: str, size: dict[str, int] | None) -> None:
    faults: dict[str, list[str]] = {}
    for persona, paths in PAGES.items():
        window = site.visit(persona, scheme=scheme, size=size, bypass_csp=True)
        for path in paths:
            assert window.go(path) == 200
            faults[f"{persona} {path}"] = find_faults(window)
        if persona == "mitglied":
            window.go("/search?q=Lastenrad-Modell fördern Sie")
            window.open_topic("Welches Lastenrad-Modell fördern Sie?")
            faults["topic with a poll"] = find_faults(window)
    assert {page: found for page, found in faults.items() if found} == {}
