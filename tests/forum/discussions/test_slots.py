"""Every slot that is declared is on a page: what a plugin puts there shows, and only there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forum.plugin import Slot
from forum.testing.builders import (
    login,
    make_area,
    make_operator,
    make_user,
    switch_plugin,
)
from tests.forum.discussions.noted import MakeApp, Site, build_site

ROOT = Path(__file__).parents[3]
MARK = re.compile(r'<p data-slot="([a-z-]+)">')
RENDERED = (
    (Slot.TEXT, "_macros/post.html", r"\{\{ p\.html\b"),
    (Slot.POST, "_macros/post.html", r"\{\{ p\.panels\b"),
    (Slot.TOPIC_SIDE, "discussions/topic.html", r"\{\{ side\b"),
    (Slot.AREA_SIDE, "discussions/area.html", r"\{\{ side\b"),
    (Slot.COMPOSER, "discussions/new.html", r"\{\{ composer_panels\b"),
    (Slot.COMPOSER, "discussions/topic.html", r"\bextra=composer_panels\b"),
    (Slot.COMPOSER, "discussions/reply.html", r"\bextra=composer_panels\b"),
    (Slot.PROFILE, "accounts/profile.html", r"\{\{ panels\b"),
    (Slot.AREA_SETTINGS, "areas/edit.html", r"\{\{ panels\b"),
    (Slot.SETTINGS, "notifications/preferences.html", r"\{\{ panels\b"),
    (Slot.ADMIN, "home/plugins.html", r"\{\{ panels\b"),
)


@pytest.fixture
def site(make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return build_site(make_app, tmp_path, monkeypatch)


def see(site: Site, viewer: int, url: str) -> set[str]:
    """Return the slots that stand on a page."""
    response = login(site.app.test_client(), viewer).get(url, follow_redirects=True)
    assert response.status_code == 200
    return set(MARK.findall(response.text))


def test_every_slot_shows_on_its_page(site: Site) -> None:
    operator = make_operator(site.app)
    person = make_user(site.app, "Eva Ehlers")
    pages = {
        f"/t/{site.topic}": {Slot.POST, Slot.TOPIC_SIDE, Slot.COMPOSER},
        f"/t/{site.topic}/p/1/reply": {Slot.COMPOSER},
        "/a/hier/": {Slot.AREA_SIDE},
        "/a/hier/new": {Slot.COMPOSER},
        "/a/hier/settings": {Slot.AREA_SETTINGS},
        "/u/eva-ehlers": {Slot.PROFILE},
        "/settings/notifications": {Slot.SETTINGS},
    }
    shown = {url: see(site, site.deniz, url) for url in pages}
    assert shown == {url: {slot.value for slot in slots} for url, slots in pages.items()}
    assert see(site, operator, "/admin/plugins") == {Slot.ADMIN.value}
    assert see(site, person, "/u/eva-ehlers") == {Slot.PROFILE.value}
    seen = {slot for slots in pages.values() for slot in slots} | {Slot.ADMIN, Slot.TEXT}
    assert seen == set(Slot)  # what stands in texts: test_directives


def test_who_may_not_answer_sees_no_slot_of_the_form(site: Site) -> None:
    assert see(site, make_user(site.app, "Eva Ehlers"), f"/t/{site.topic}") == {
        Slot.POST.value,
        Slot.TOPIC_SIDE.value,
    }


@pytest.mark.parametrize("address", ["/a/hier/new", "/t/{topic}/reply"])
def test_what_stood_in_a_field_of_a_plugin_stands_there_again(site: Site, address: str) -> None:
    client = login(site.app.test_client(), site.deniz)
    sent = {"title": "x", "kind": "discussion", "text": "Hallo", "do": "preview"}
    shown = client.post(
        address.format(topic=site.topic), data={**sent, "notes_mood": "<heiter>", "other_x": "nein"}
    )
    assert shown.status_code == 200
    assert "&lt;heiter&gt;" in shown.text
    assert "nein" not in shown.text


def test_where_the_plugin_is_off_nothing_shows_but_to_the_operator(site: Site) -> None:
    operator = make_operator(site.app)
    switch_plugin(site.app, site.here, "notes", state="off")
    for url in (
        f"/t/{site.topic}",
        f"/t/{site.topic}/p/1/reply",
        "/a/hier/",
        "/a/hier/new",
        "/a/hier/settings",
        "/u/deniz",
        "/settings/notifications",
    ):
        assert see(site, site.deniz, url) == set()
    assert see(site, operator, "/admin/plugins") == {Slot.ADMIN.value}


def test_a_profile_has_panels_of_what_is_on_where_the_viewer_reads(site: Site) -> None:
    switch_plugin(site.app, site.here, "notes", state="off")
    person = make_user(site.app, "Eva Ehlers")
    board = make_area(
        site.app, "Rat", parent=site.here, visibility="hidden", members={person: "member"}
    )
    switch_plugin(site.app, board, "notes")
    assert see(site, person, "/u/deniz") == {Slot.PROFILE.value}
    assert see(site, person, "/settings/notifications") == set()
    assert see(site, make_user(site.app, "Ida Ihlow"), "/u/deniz") == set()


@pytest.mark.parametrize(("slot", "template", "place"), RENDERED)
def test_the_look_and_every_theme_that_overrides_the_page_show_the_slot(
    slot: Slot, template: str, place: str
) -> None:
    looks = [ROOT / "forum" / "templates", *sorted(ROOT.glob("themes/*/templates"))]
    pages = [look / template for look in looks if (look / template).exists()]
    assert pages[0].is_relative_to(ROOT / "forum")
    for page in pages:
        assert re.search(place, page.read_text("utf-8")), (slot, page)
