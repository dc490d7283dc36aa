"""Badges as people meet them: earned by attending, given, shown, linked to, taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from forum_badges import operations
from forum_badges.happening import ATTENDED
from forum_badges.values import Leaf

from forum.api.data import now
from forum.testing.builders import add_member, looking, make_area, make_user, switch_plugin

if TYPE_CHECKING:
    from conftest import Workshop

HERE = "/a/werkstatt/badges/"


def share(shop: Workshop, client: FlaskClient, *awards: int, **fields: Any) -> str:
    """Make a link as the form does; return its path."""
    sent = {"title": "Mein Lebenslauf", "days": "30", "award": [str(one) for one in awards]}
    page = shop.post(client, "/badges/share", **{**sent, **fields})
    assert page.status_code == 200
    found = re.search(r"/badges/v/[\w-]+", page.text)
    assert found is not None
    return found[0]


@pytest.mark.weave("event vocabulary", "feed and notification")
def test_you3_three_courses_are_a_badge_and_badges_a_micro_degree(shop: Workshop) -> None:
    admin = shop.client(shop.admin)
    with shop.app.app_context():
        yesterday = now() - timedelta(days=1)
    form = {
        "name": "Robotik-Einsteiger:in",
        "description": "Hat drei Robotik-Kurse besucht.",
        "narrative": "Besuche drei Kurse.",
        "minutes": "270",
        "mode": "all",
        "kind_1": "count",
        "event_1": ATTENDED,
        "field_1": "subject",
        "value_1": "Robotik",
        "least_1": "3",
    }
    page = shop.post(admin, f"{HERE}new", **form)
    assert "Robotik-Einsteiger:in" in page.text
    assert "(Fach: Robotik): 3-mal" in page.text
    [first] = re.findall(rf"{HERE}(\d+)/edit", page.text)
    degree = {"name": "MINT-Grundlagen", "kind_1": "has", "required_1": first}
    assert shop.post(admin, f"{HERE}new", **{**form, **degree}).status_code == 200
    for number in range(3):
        held = shop.hold(shop.anke, at=yesterday + timedelta(hours=number))
        assert "Anke Albers" in admin.get(f"{HERE}attendance/{held}").text
        assert len(shop.names(shop.anke)) == (2 if number == 2 else 0)
    assert shop.names(shop.anke) == ["MINT-Grundlagen", "Robotik-Einsteiger:in"]
    assert {one.event_at for one in shop.awards(shop.anke)} == {yesterday + timedelta(hours=2)}
    anke = shop.client(shop.anke)
    assert "Du hast ein Abzeichen bekommen: MINT-Grundlagen" in anke.get("/notifications").text
    assert shop.awards(shop.deniz) == []


def test_what_is_sent_by_a_double_click_is_made_once(shop: Workshop) -> None:
    admin = shop.client(shop.admin)
    badge = {"name": "Löten", "description": "Lötet.", "narrative": "Löte.", "mode": "all"}
    held = {"title": "Lötkurs", "subject": "Löten", "held_at": "2026-11-01T10:00"}
    for path, form in ((f"{HERE}new", badge), (f"{HERE}attendance", held)):
        pages = [shop.post(admin, path, key="k1", **form) for _ in range(2)]
        assert pages[0].request.path == pages[1].request.path != path
    assert admin.get(HERE).text.count("Lötet.") == 1
    assert admin.get(f"{HERE}attendance").text.count("Lötkurs") == 1


def test_a_badge_that_two_tabs_retire_stays_retired(shop: Workshop) -> None:
    badge = shop.make(Leaf("tenure", least=30), name="Ein Monat dabei")
    admin = shop.client(shop.admin)
    found = re.search(r'name="state" value="(\w+)"', admin.get(f"{HERE}{badge}").text)
    assert found is not None
    for _tab in range(2):
        page = shop.post(admin, f"{HERE}{badge}/retire", state=found[1])
        assert "Dieses Abzeichen wird nicht mehr vergeben." in page.text
    assert shop.post(admin, f"{HERE}{badge}/retire").status_code == 422


def test_attending_twice_or_another_subject_counts_for_nothing_more(shop: Workshop) -> None:
    shop.make(Leaf(kind="count", event=ATTENDED, field="subject", value="Robotik", least=2))
    with shop.app.app_context():
        at = now() - timedelta(hours=5)
    held = shop.hold(shop.anke, at=at)
    with shop.acting(shop.admin) as scope:
        assert operations.record_attendance(scope, held, user_ids=[shop.anke]) == 0
    shop.work()
    shop.hold(shop.anke, subject="Chemie", at=at)
    assert shop.names(shop.anke) == []
    shop.hold(shop.anke, at=at)
    assert shop.names(shop.anke) == ["Robotik-Einsteiger:in"]


def test_nobody_gives_to_themselves_or_to_strangers(shop: Workshop) -> None:
    badge, admin = shop.make(), shop.client(shop.admin)
    said = shop.post(admin, f"{HERE}{badge}/give", people=str(shop.admin))
    assert said.status_code == 422
    assert shop.post(admin, f"{HERE}{badge}/give", people=str(shop.stranger)).status_code == 422
    anke = shop.client(shop.anke)
    assert shop.post(anke, f"{HERE}{badge}/give", people=str(shop.deniz)).status_code == 403
    assert shop.rows() == set()
    assert "vergeben" in shop.post(admin, f"{HERE}{badge}/give", people=str(shop.anke)).text
    assert shop.names(shop.anke) == ["Robotik-Einsteiger:in"]


def test_a_profile_shows_what_its_owner_chose(shop: Workshop) -> None:
    shop.give(shop.make(), shop.anke)
    [award] = shop.awards(shop.anke)
    anke, deniz = shop.client(shop.anke), shop.client(shop.deniz)
    profile = f"/u/{_handle(shop, shop.anke)}"
    assert "Robotik-Einsteiger:in" not in deniz.get(profile).text
    assert shop.post(deniz, f"/badges/awards/{award.id}/show", shown="on").status_code == 404
    pressed = shop.post(anke, f"/badges/awards/{award.id}/show", shown="on")
    badge = pressed.history[0].location.partition("#")[2]
    assert re.search(rf'<li[^>]+id="{badge}".+?Robotik-Einsteiger:in', pressed.text)
    assert "Robotik-Einsteiger:in" in deniz.get(profile).text
    switch_plugin(shop.app, shop.here, "badges", state="off")
    assert "Robotik-Einsteiger:in" not in deniz.get(profile).text
    switch_plugin(shop.app, shop.here, "badges", state="on")
    assert "Robotik-Einsteiger:in" in deniz.get(profile).text


def test_you4_a_link_shows_the_choice_until_it_ends(shop: Workshop) -> None:
    for name in ("Eins", "Zwei", "Drei"):
        shop.give(shop.make(name=name), shop.anke)
    ids = {one.name: one.id for one in shop.awards(shop.anke)}
    anke, nobody = shop.client(shop.anke), shop.client()
    order = {f"place-{ids['Drei']}": "1", f"place-{ids['Eins']}": "2"}
    path = share(shop, anke, ids["Eins"], ids["Drei"], **order)
    page = nobody.get(path)
    assert page.status_code == 200
    assert page.text.index("Drei") < page.text.index("Eins")
    assert "Zwei" not in page.text
    assert page.text.count("Gültig</strong>") == 2
    assert "@example.org" not in page.text
    assert "Anke" not in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    [number] = re.findall(r"/badges/shares/(\d+)/end", anke.get("/badges/").text)
    assert shop.post(shop.client(shop.deniz), f"/badges/shares/{number}/end").status_code == 404
    assert nobody.get(path).status_code == 200
    shop.post(anke, f"/badges/shares/{number}/end")
    assert nobody.get(path).status_code == 410
    assert nobody.get(f"{path}/1").status_code == 410
    assert nobody.get("/badges/v/erfunden").status_code == 410


def test_a_refused_link_keeps_what_was_chosen(shop: Workshop) -> None:
    for name in ("Eins", "Zwei", "Drei"):
        shop.give(shop.make(name=name), shop.anke)
    ids = {one.name: str(one.id) for one in shop.awards(shop.anke)}
    sent: dict[str, Any] = {"title": "", "days": "30", "award": [ids["Eins"], ids["Drei"]]}
    order = {f"place-{ids['Drei']}": "1", f"place-{ids['Eins']}": "2"}
    page = shop.post(shop.client(shop.anke), "/badges/share", **sent, **order)
    assert page.status_code == 422
    boxes = re.findall(r'name="award" value="(\d+)"( checked)?', page.text)
    assert boxes == [(ids["Drei"], " checked"), (ids["Eins"], " checked"), (ids["Zwei"], "")]


def test_a_link_says_who_issued_a_badge_in_which_year_and_what_it_took(shop: Workshop) -> None:
    form = {"name": "Löten", "description": "x", "narrative": "x", "minutes": "60", "mode": "all"}
    page = shop.post(shop.client(shop.admin), f"{HERE}new", **form)
    [badge] = re.findall(rf"{HERE}(\d+)/edit", page.text)
    assert "Aufwand: etwa 1 Stunde</p>" in page.text
    shop.give(int(badge), shop.anke)
    path = share(shop, shop.client(shop.anke), shop.awards(shop.anke)[0].id)
    with shop.app.app_context():
        year = now().year
    said = rf"\d+\. \w+ {year} · ausgestellt von Bund · Aufwand: etwa 1 Stunde</p>"
    assert re.search(said, shop.client().get(path).text)


@pytest.mark.weave("moderation")
def test_a_link_tells_of_what_was_taken_back_and_why(shop: Workshop) -> None:
    shop.give(shop.make(), shop.anke)
    [award] = shop.awards(shop.anke)
    path = share(shop, shop.client(shop.anke), award.id, named="y")
    nobody = shop.client()
    assert "Anke Albers" in nobody.get(path).text
    admin = shop.client(shop.admin)
    shop.post(admin, f"{HERE}awards/{award.id}/revoke", reason="Verwechslung")
    page = nobody.get(path).text
    assert "Zurückgenommen</strong>" in page
    assert "Verwechslung" in page
    assert "Signatur stimmt" in page
    assert shop.names(shop.anke) == []
    assert shop.give(award.achievement_id, shop.anke) == 0


def test_a_credential_is_signed_once_and_names_nobody(shop: Workshop) -> None:
    shop.give(shop.make(), shop.anke)
    [award] = shop.awards(shop.anke)
    anke = shop.client(shop.anke)
    first = shop.post(anke, f"/badges/awards/{award.id}/claim")
    assert first.mimetype == "application/vc+ld+json"
    with shop.acting(shop.admin) as scope:
        from forum_badges.values import Draft

        changed = Draft("Anders", "x", "x")
        operations.edit_achievement(scope, award.achievement_id, draft=changed, number=1)
    assert shop.post(anke, f"/badges/awards/{award.id}/claim").data == first.data
    said = json.loads(first.data)
    assert "Albers" not in first.text
    assert said["credentialSubject"]["achievement"]["name"] == "Robotik-Einsteiger:in"
    assert shop.post(shop.client(shop.deniz), f"/badges/awards/{award.id}/claim").status_code == 404


def test_a_link_is_over_when_its_time_is(shop: Workshop, clock: Callable[[datetime], None]) -> None:
    shop.give(shop.make(), shop.anke)
    path = share(shop, shop.client(shop.anke), shop.awards(shop.anke)[0].id, days="2")
    with shop.app.app_context():
        later = now() + timedelta(days=2, seconds=1)
    clock(later)
    assert shop.client().get(path).status_code == 410


@pytest.mark.weave("permission")
def test_a_badge_of_a_closed_area_is_shown_to_its_readers_only(shop: Workshop) -> None:
    members: Any = {shop.anke: "member", shop.admin: "admin"}
    closed = make_area(shop.app, "Vorstand", parent=shop.root, members=members, visibility="hidden")
    badge = shop.make(name="Geheimrat", area=closed)
    with shop.acting(shop.admin, closed) as scope:
        operations.give_badge(scope, badge, user_ids=[shop.anke])
    [award] = shop.awards(shop.anke)
    anke, admin, deniz = (shop.client(one) for one in (shop.anke, shop.admin, shop.deniz))
    shop.post(anke, f"/badges/awards/{award.id}/show", shown="on")
    profile, uuid = f"/u/{_handle(shop, shop.anke)}", award.uuid
    for path in (profile, "/a/vorstand/badges/", f"/a/vorstand/badges/{badge}"):
        assert "Geheimrat" in admin.get(path).text, path
        assert "Geheimrat" not in deniz.get(path).text, path
    for nobody in (deniz, shop.client()):
        assert nobody.get(f"/badges/achievements/{uuid}").status_code == 404
        assert nobody.get("/a/vorstand/feed.atom").status_code == 404
    # Who chose to link to it shows it to whom they gave the link, and to nobody else.
    assert "Geheimrat" in shop.client().get(share(shop, anke, award.id)).text


@pytest.mark.weave("area on/off")
def test_off_is_gone_and_on_is_back(shop: Workshop) -> None:
    badge = shop.make()
    shop.give(badge, shop.anke)
    path = share(shop, shop.client(shop.anke), shop.awards(shop.anke)[0].id)
    switch_plugin(shop.app, shop.here, "badges", state="off")
    anke, nobody = shop.client(shop.anke), shop.client()
    assert anke.get(f"{HERE}{badge}").status_code == 404
    assert "Robotik-Ein" not in anke.get("/badges/").text
    assert "Robotik-Ein" not in nobody.get(path).text
    switch_plugin(shop.app, shop.here, "badges", state="on")
    assert "Robotik-Ein" in anke.get("/badges/").text
    assert "Gültig</strong>" in nobody.get(path).text


@pytest.mark.weave("theme and no-JS")
def test_hostile_forms_are_told_at_their_fields(shop: Workshop) -> None:
    admin = shop.client(shop.admin)
    good = {"name": "N", "description": "D", "narrative": "W", "mode": "all"}
    for wrong in (
        {"name": ""},
        {"name": "x" * 81},
        {"narrative": "ä" * 1001},
        {"minutes": "-1"},
        {"mode": "sql"},
        {"kind_1": "sql"},
        {"kind_1": "count", "event_1": "nirgends.war_nie", "least_1": "1"},
        {"kind_1": "count", "event_1": ATTENDED, "field_1": "user_id", "value_1": "1"},
        {"kind_1": "count", "event_1": ATTENDED, "value_1": "ohne Angabe"},
        {"kind_1": "count", "event_1": ATTENDED, "least_1": "0"},
        {"kind_1": "has", "required_1": "x"},
        {"kind_1": "has", "required_1": "999999"},
        {"number": "x"},
    ):
        page = shop.post(admin, f"{HERE}new", **{**good, **wrong})
        assert page.status_code == 422, wrong
        assert "Angabe" in page.text
    with looking(shop.app, shop.admin, shop.here):
        from forum_badges.queries import list_achievements

        assert list_achievements(shop.here) == []


def test_a_circle_is_told_at_its_field_and_nothing_is_lost(shop: Workshop) -> None:
    first = shop.make(name="Erstes")
    second = shop.make(Leaf(kind="has", required_id=first), name="Zweites")
    third = shop.make(Leaf(kind="has", required_id=second), name="Drittes")
    admin = shop.client(shop.admin)
    form = {"name": "Erstes", "description": "Neu gesagt", "narrative": "W", "mode": "any"}
    form |= {"kind_2": "has", "required_2": str(third), "number": "1"}
    page = shop.post(admin, f"{HERE}{first}/edit", **form)
    assert page.status_code == 422
    assert "Bedingung für sich selbst" in page.text
    assert "Neu gesagt" in page.text
    assert f'selected value="{third}"' in page.text
    form["required_2"] = str(first)
    assert "Bedingung für sich selbst" in shop.post(admin, f"{HERE}{first}/edit", **form).text


def test_few_holders_are_not_counted_out(shop: Workshop) -> None:
    badge = shop.make()
    shop.give(badge, shop.anke)
    anke, admin = shop.client(shop.anke), shop.client(shop.admin)
    for path in (HERE, f"{HERE}{badge}"):
        assert "1 Mitglied hat es" in admin.get(path).text
        assert "1 Mitglied" not in anke.get(path).text
        assert "weniger als 5 Mitglieder haben es" in anke.get(path).text
    more = [make_user(shop.app, f"Mitglied {number}") for number in range(4)]
    for user in more:
        add_member(shop.app, shop.here, user)
    shop.give(badge, *more)
    assert "5 Mitglieder haben es" in anke.get(HERE).text
    assert "weniger als" not in anke.get(HERE).text


def test_two_admins_do_not_overwrite_each_other(shop: Workshop) -> None:
    badge, admin = shop.make(), shop.client(shop.admin)
    form = {"name": "Neu", "description": "D", "narrative": "W", "mode": "all", "number": "1"}
    assert shop.post(admin, f"{HERE}{badge}/edit", **form).status_code == 200
    page = shop.post(admin, f"{HERE}{badge}/edit", **form)
    assert page.status_code == 422
    assert "inzwischen jemand anders" in page.text


def _handle(shop: Workshop, user: int) -> str:
    from forum.accounts.models import User
    from forum.api.data import db, unscoped

    with shop.app.app_context(), unscoped("tests look"):
        return db.session.get_one(User, user).handle


def test_what_can_be_earned_stands_beside_topics_at_once_and_costs_nothing_more(
    shop: Workshop, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    visitor, area = shop.client(shop.anke), HERE.removesuffix("badges/")
    assert not [one for one in statements(lambda: visitor.get(area)) if "badges_" in one]
    badge = shop.make(Leaf("tenure", least=30), name="Ein Monat dabei")
    assert f'href="{HERE}{badge}">Ein Monat dabei</a>' in visitor.get(area).text
    assert not [one for one in statements(lambda: visitor.get(area)) if "badges_" in one]
    with shop.acting(shop.admin) as scope:
        operations.retire_achievement(scope, badge, retired=True)
    assert "Ein Monat dabei" not in visitor.get(area).text
