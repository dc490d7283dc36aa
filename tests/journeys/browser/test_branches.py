"""A state branch opens its sub-site by itself, and gives it a look that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from forum.accounts.models import User
from forum.app import create_app
from forum.areas.models import Area
from forum.areas.operations import NewMember, add_members
from forum.core.config import load_config
from forum.core.database import unit, unscoped
from tests.journeys.browser.site import PHONE, Site
from tests.journeys.browser.test_accessibility import find_faults

Serve = Callable[..., Site]
OFFICE = "entwicklung"
"""A persona that becomes the office of Saarland for the journey."""
ACCENT = re.compile(r'href="/look/[^"]+"')


def make_office(site: Site, slug: str) -> None:
    """Make the persona an admin of a state branch, and of nothing else."""
    app = create_app(load_config(site.directory, {}))
    email = site.login(OFFICE)["email"]
    with app.app_context(), unit():
        with unscoped("tests know members by address") as session:
            user_id = session.scalar(sa.select(User.id).where(User.email == email))
            area_id = session.scalar(sa.select(Area.id).where(Area.slug == slug))
        assert user_id is not None
        assert area_id is not None
        add_members([NewMember(area_id=area_id, user_id=user_id, role="admin")])


def press(page: Page, name: str) -> None:
    """Press a button of the page's own part."""
    page.get_by_role("main").get_by_role("button", name=name).click()


@pytest.mark.weave("permission", plugin="chapters")
def test_lan1_saarland_opens_its_sub_site_without_the_operator(serve_demo: Serve) -> None:
    site = serve_demo()
    make_office(site, "sl")
    office = site.visit(OFFICE, scripts=False)
    page = office.page
    assert office.go("/a/sl/settings") == 200
    steps = 0
    for step in (
        lambda: page.get_by_role("link", name="Aus Vorlage eröffnen").click(),
        lambda: page.get_by_role("link", name="Damit beginnen Landesverband").click(),
        lambda: page.get_by_label("Farbe").fill("46549b"),
        lambda: page.get_by_label("Eigener Name im Netz").fill("saarland"),
        lambda: press(page, "Weiter: ansehen"),
        lambda: press(page, "Eröffnen"),
    ):
        step()
        steps += 1
    assert steps < 10
    expect(page.locator("#status")).to_contain_text("Saarland ist eröffnet.")

    stranger = site.visit().page
    stranger.goto(f"http://saarland.localhost:{site.server.port}/")
    expect(stranger.get_by_role("heading", level=1)).to_have_text(
        "Willkommen im Landesverband Saarland"
    )
    assert office.status("/a/sl-vorstand/") == office.status("/a/sl-bezirk-nord/") == 200
    member = site.visit("mitglied")
    member.go("/a/sl-vorstand/")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Landesvorstand")
    assert member.status("/a/sl-vorstand/new") == 404
    for neighbour in ("by", "ni"):
        assert office.status(f"/a/{neighbour}/chapters/new") == 403
        assert office.post(f"/a/{neighbour}/chapters/new/open", source="x", step="open") == 403


@pytest.mark.weave("theme and no-JS", plugin="chapters")
def test_cha5_a_colour_that_cannot_be_read_is_refused_and_a_good_one_is_live_here_only(
    serve_demo: Serve,
) -> None:
    site = serve_demo()
    admin = site.visit("lv-niedersachsen", scripts=False)
    page = admin.page

    def accents() -> dict[str, list[str]]:
        looks = {}
        for slug in ("ni", "weser-ems", "by", "bund"):
            admin.go(f"/a/{slug}/")
            looks[slug] = ACCENT.findall(page.content())
        return looks

    before = accents()
    admin.go("/a/ni/chapters/look")
    page.get_by_label("Farbe").fill("ffe9a8")
    press(page, "Ansehen")
    field = page.locator(".field.bad")
    expect(field).to_contain_text("nur ein Kontrastverhältnis von 1,0 : 1, nötig sind 4,5 : 1")
    expect(page.get_by_label("Farbe")).to_have_value("ffe9a8")
    assert accents() == before

    admin.go("/a/ni/chapters/look")
    page.get_by_label("Gestaltung").select_option("marsch")
    page.get_by_label("Farbe").fill("7a2d84")
    press(page, "Ansehen")
    expect(page.get_by_role("table", name="Gemessener Kontrast")).to_be_visible()
    assert "/look/marsch/7a2d84." in page.content()
    assert accents() == before
    page.go_back()
    admin.go("/a/ni/chapters/look")
    page.get_by_label("Gestaltung").select_option("marsch")
    page.get_by_label("Farbe").fill("7a2d84")
    press(page, "Speichern")
    after = accents()
    assert "/look/marsch/7a2d84." in after["ni"][0]
    assert after["ni"] == after["weser-ems"]
    assert {slug: after[slug] for slug in ("by", "bund")} == {
        slug: before[slug] for slug in ("by", "bund")
    }


PAGES = ("", "region", "edit", "look", "host", "report", "new", "new/landesverband")


@pytest.mark.parametrize(("scheme", "size"), [("light", None), ("dark", PHONE)])
def test_axe_finds_nothing_serious_on_a_branch(site: Site, scheme: str, size: object) -> None:
    window = site.visit("lv-niedersachsen", scheme=scheme, size=size, bypass_csp=True)
    faults = {}
    for name in PAGES:
        assert window.go(f"/a/ni/chapters/{name}") == 200
        wide = window.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, name
        faults[name] = find_faults(window)
    window.page.get_by_role("main").get_by_role("button", name="Weiter: ansehen").click()
    faults["plan"] = find_faults(window)
    window.go("/a/nw/chapters/")
    faults["other theme"] = find_faults(window)
    assert {name: found for name, found in faults.items() if found} == {}
