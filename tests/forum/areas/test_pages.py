"""Pages of areas as people use them: what they show to whom, forms, buttons, addresses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forum.areas.models import Application, Area
from forum.core.audit import AuditEntry
from forum.testing.statements import list_warm_statements
from tests.forum.areas import samples
from tests.forum.areas.browser import Visitor, errors, words
from tests.forum.areas.town import Town


@pytest.fixture
def land(town: Town) -> Town:
    """bund (public) → ni → kreis, gruppe (listed, on request), recht (sealed, hidden)."""
    services = town.app.extensions["forum"]
    before = services["dispatcher"]
    services["dispatcher"] = samples.load(*samples.ALL)
    town.add_users("root", "ada", "edi", "mod", "mia", "out", "chair")
    town.found("root", visibility="public")
    town.add_area("ni", kind="region", accent="0d6b50")
    town.add_area("kreis", "ni")
    town.add_area("gruppe", "ni", visibility="listed", joining="apply", summary="Wir üben.")
    town.add_area("recht", "ni", visibility="hidden", sealed=True, chair="chair")
    for who, role in (("ada", "admin"), ("edi", "editor"), ("mod", "moderator"), ("mia", "member")):
        town.grant(who, "gruppe", role)
        town.grant(who, "kreis", role)
    town.grant("ada", "ni", "admin")
    yield town
    services["dispatcher"] = before


def test_a_listed_area_shows_what_it_is_and_nothing_of_what_is_in_it(land: Town) -> None:
    text = Visitor(land, "out").sees("/a/gruppe/")
    assert "Wir üben." in text
    assert "Ada" in text
    assert "Edi" in text
    assert "Mia" not in text
    assert "Aufnahme anfragen" in text
    assert not re.search(r"\d+ Mitglied|\d+ Them|Antwort|seit", text)


@pytest.mark.parametrize("page", ["members", "settings", "plugins", "log", "invitations", "new"])
def test_nothing_below_a_listed_area_is_there(land: Town, page: str) -> None:
    assert Visitor(land, "out").get(f"/a/gruppe/{page}").status_code == 404


def test_what_one_may_not_know_of_looks_like_what_is_not_there(land: Town) -> None:
    visitor = Visitor(land, "out")
    hidden, nothing = visitor.get("/a/recht/"), visitor.get("/a/gibtsnicht/")
    assert hidden.status_code == nothing.status_code == 404
    strip = re.compile(r"recht|gibtsnicht|[0-9a-f]{10}|value=\"[^\"]+\"")
    assert strip.sub("", hidden.text) == strip.sub("", nothing.text)
    assert visitor.post("/a/recht/join").status_code == 404


def test_an_admin_above_a_seal_sees_the_chair_and_appoints_another(land: Town) -> None:
    land.grant("mia", "recht", "editor")
    visitor = Visitor(land, "ada")
    text = visitor.sees("/a/recht/")
    assert "versiegelt" in text
    assert "Chair" in text
    assert "Mia" not in text
    assert visitor.get("/a/recht/members").status_code == 404
    assert visitor.post("/a/recht/chair", handle="@Edi", reason="Wahl").status_code == 303
    assert ("edi", "admin", "chair") in land.grants("recht")
    visitor.post("/a/recht/chair", handle="niemand")
    assert "kennen wir nicht" in visitor.sees("/a/recht/")
    assert visitor.post("/a/recht/archive").status_code == 303
    assert land.area("recht").archived_at is not None


def test_joining_and_leaving_by_one_button(land: Town) -> None:
    visitor = Visitor(land, "out")
    assert "Beitreten" in visitor.sees("/a/kreis/")
    assert visitor.post("/a/kreis/join").location == "/a/kreis/"
    assert "Willkommen in Kreis" in visitor.sees("/a/kreis/")
    assert ("out", "member", "") in land.grants("kreis")
    assert visitor.post("/a/kreis/leave").status_code == 303
    assert ("out", "member", "") not in land.grants("kreis")


def test_who_is_not_signed_in_is_led_to_the_login(land: Town) -> None:
    assert Visitor(land).get("/a/bund/settings").location.startswith("/login")
    assert Visitor(land).get("/a/kreis/").status_code == 404


def test_asking_and_being_answered(land: Town) -> None:
    out, edi = Visitor(land, "out"), Visitor(land, "edi")
    empty = out.post("/a/gruppe/apply", reason=" ")
    assert empty.status_code == 422
    assert set(errors(empty)) == {"reason"}
    assert out.post("/a/gruppe/apply", reason="Ich übe auch.").location == "/a/gruppe/"
    assert "Deine Anfrage liegt beim Kernteam" in out.sees("/a/gruppe/")
    again = out.post("/a/gruppe/apply", reason="Noch einmal <b>fett</b>.")
    assert again.status_code == 422
    assert "Noch einmal &lt;b&gt;fett&lt;/b&gt;." in again.text
    assert "Ich übe auch." in edi.sees("/a/gruppe/members")
    ((application_id,),) = land.all(Application.id)
    url = f"/a/gruppe/applications/{application_id}"
    assert edi.post(url, decision="decline", answer="Gerade voll.").status_code == 303
    text = out.sees("/a/gruppe/")
    assert "Gerade voll." in text
    assert "Aufnahme anfragen" in text
    edi.post(url, decision="accept")
    assert "schon entschieden" in edi.sees("/a/gruppe/members")


def test_five_are_let_in_and_one_is_not_in_one_list(land: Town) -> None:
    names = [f"neu{i}" for i in range(6)]
    land.add_users(*names)
    for name in names:
        Visitor(land, name).post("/a/gruppe/apply", reason=f"Grund von {name}")
    ada = Visitor(land, "ada")
    assert "6 Anfragen warten" in ada.sees("/a/gruppe/members")
    ids = [row[0] for row in land.all(Application.id)]
    for number, application_id in enumerate(ids):
        decision = {"decision": "accept"} if number else {"decision": "decline", "answer": "Nein."}
        ada.post(f"/a/gruppe/applications/{application_id}", **decision)
    assert {h for h, _, _ in land.grants("gruppe")} & set(names) == set(names[1:])
    decided = land.all(
        AuditEntry.actor_id,
        AuditEntry.reason,
        where=AuditEntry.action == "areas.decide_application",
    )
    assert decided == [(land.users["ada"], "Nein."), *[(land.users["ada"], "")] * 5]


def settings(**changes: str) -> dict[str, str]:
    values = {
        "name": "Kreis",
        "slug": "kreis",
        "about": "",
        "kind": "region",
        "visibility": "members",
        "joining": "open",
        "topics_by": "members",
        "replies_by": "members",
        "language": "de",
        "theme": "",
        "accent": "",
        "ends_at": "",
    }
    return {**values, **changes}


def test_settings_are_kept(land: Town) -> None:
    ada = Visitor(land, "ada")
    sent = settings(
        name="Landkreis", about="Alles im Kreis.", accent="#7a2d84", topics_by="editors"
    )
    assert ada.post("/a/kreis/settings", **sent).location == "/a/kreis/settings"
    area = land.area("kreis")
    assert (area.name, area.summary, area.accent, area.topics_by) == (
        "Landkreis",
        "Alles im Kreis.",
        "7a2d84",
        "editors",
    )
    assert 'value="7a2d84"' in ada.get("/a/kreis/settings").text


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "x" * 81}),
        ("about", {"about": "x" * 301}),
        ("slug", {"slug": "../x"}),
        ("slug", {"slug": "gruppe"}),
        ("kind", {"kind": "galaxy"}),
        ("visibility", {"visibility": ""}),
        ("accent", {"accent": "ffe34d"}),
        ("accent", {"accent": "javasc"}),
        ("ends_at", {"ends_at": "2030-01-01T10:00"}),
        ("ends_at", {"ends_at": "bald"}),
    ],
)
def test_bad_settings_are_refused_at_their_field(
    land: Town, field: str, changes: dict[str, str]
) -> None:
    sent = settings(about="Bleibt <script>stehen</script>.")
    response = Visitor(land, "ada").post("/a/kreis/settings", **{**sent, **changes})
    assert response.status_code == 422
    assert set(errors(response)) == {field}
    if field != "about":
        assert "Bleibt &lt;script&gt;stehen&lt;/script&gt;." in response.text
    assert land.area("kreis").name == "Kreis"


def test_weak_contrast_is_refused_with_its_ratio(land: Town) -> None:
    response = Visitor(land, "ada").post("/a/kreis/settings", **settings(accent="ffe34d"))
    assert "1,3 : 1" in errors(response)["accent"]


def test_the_colour_is_seen_in_the_area_and_not_next_door(land: Town) -> None:
    Visitor(land, "ada").post("/a/kreis/settings", **settings(accent="7a2d84"))
    out = Visitor(land, "out")
    assert "/7a2d84." in out.get("/a/kreis/").text
    assert "/7a2d84." not in out.get("/a/ni/").text
    assert "/0d6b50." in out.get("/a/ni/").text


def test_a_new_address_and_the_old_one(land: Town) -> None:
    ada = Visitor(land, "ada")
    ada.post("/a/kreis/settings", **settings(slug="landkreis"))
    old = ada.get("/a/kreis/members?after=x")
    assert (old.status_code, old.location) == (301, "/a/landkreis/members?after=x")
    form = ada.post("/a/kreis/leave")
    assert (form.status_code, form.location) == (308, "/a/landkreis/leave")


def test_a_new_area_below(land: Town) -> None:
    ada = Visitor(land, "ada")
    sent = settings(name="Ortsgruppe Süd", slug="", kind="topic")
    assert ada.post("/a/kreis/new-area", **sent).location == "/a/ortsgruppe-sued/"
    assert land.area("ortsgruppe-sued").parent_id == land.area("kreis").id
    assert Visitor(land, "mod").post("/a/kreis/new-area", **sent).status_code == 403


def test_a_form_sent_twice_makes_one_area(land: Town) -> None:
    ada, sent = Visitor(land, "ada"), settings(name="Einmal", slug="", key="k" * 20)
    first = ada.post("/a/kreis/new-area", **sent)
    second = ada.post("/a/kreis/new-area", **sent)
    assert (first.location, second.location) == ("/a/einmal/", "/a/einmal/")
    assert [s for s in land.slugs() if s.startswith("einmal")] == ["einmal"]


def test_moving_by_the_form(land: Town) -> None:
    root = Visitor(land, "root")
    assert "Gruppe" in root.sees("/a/kreis/move")
    assert errors(root.post("/a/kreis/move", parent="recht")).keys() == {"parent"}
    assert root.post("/a/kreis/move", parent="bund").location == "/a/kreis/"
    assert land.area("kreis").parent_id == land.area("bund").id


def test_sealing_and_deleting_by_their_buttons(land: Town) -> None:
    ada = Visitor(land, "ada")
    assert ada.post("/a/kreis/seal", reason="unter uns").status_code == 303
    assert land.area("kreis").sealed
    assert Visitor(land, "root").post("/a/kreis/unseal").status_code == 403
    assert Visitor(land, "root").post("/a/kreis/delete").location == "/verzeichnis"
    assert "kreis" not in land.slugs()


def test_what_cannot_be_deleted_says_why(land: Town) -> None:
    root = Visitor(land, "root")
    root.post("/a/ni/delete")
    assert "Nur ein leerer Bereich" in root.sees("/a/ni/settings")


def test_roles_by_the_form(land: Town) -> None:
    ada, mia = Visitor(land, "ada"), land.users["mia"]
    sent = {"role": "editor", "title": "office", "ends_at": "2000-01-01T00:00", "reason": "x"}
    past = ada.post(f"/a/gruppe/members/{mia}", **sent)
    assert errors(past).keys() == {"ends_at"}
    sent["ends_at"] = ""
    assert ada.post(f"/a/gruppe/members/{mia}", **sent).location == "/a/gruppe/members"
    assert ("mia", "editor", "office") in land.grants("gruppe")
    assert ada.get("/a/gruppe/members/999").status_code == 404
    assert ada.post(f"/a/gruppe/members/{mia}/remove", reason="Umzug").status_code == 303
    assert "mia" not in {handle for handle, _, _ in land.grants("gruppe")}


def test_a_link_is_shown_once_and_leads_in(land: Town) -> None:
    edi, out = Visitor(land, "edi"), Visitor(land, "out")
    made = edi.post("/a/gruppe/invitations", role="member", max_uses="1", days="14")
    assert made.status_code == 201
    token = re.search(r"/invite/([\w-]+)", made.text)
    assert token is not None
    assert token[1] not in edi.get("/a/gruppe/invitations").text
    assert out.get(f"/invite/{token[1]}").location == f"/join/{token[1]}"
    assert "Du bist eingeladen: Gruppe" in out.sees(f"/join/{token[1]}")
    assert not land.reads("out", "gruppe")
    assert out.post(f"/join/{token[1]}").location == "/a/gruppe/"
    assert land.reads("out", "gruppe")
    land.add_users("late")
    late = Visitor(land, "late")
    assert late.get(f"/join/{token[1]}").status_code == 410
    assert late.post(f"/join/{token[1]}").status_code == 410


def test_nobody_invites_above_the_own_role_by_the_form(land: Town) -> None:
    sent = {"role": "admin", "max_uses": "1", "days": "14"}
    assert Visitor(land, "edi").post("/a/gruppe/invitations", **sent).status_code == 422


def test_the_log_tells_who_did_what_and_why(land: Town) -> None:
    Visitor(land, "ada").post("/a/kreis/seal", reason="Personalfragen <b>")
    text = Visitor(land, "edi").sees("/a/kreis/log")
    assert "Bereich versiegelt" in text
    assert "„Personalfragen <b>“" in text
    assert Visitor(land, "mia").get("/a/kreis/log").status_code == 403


def test_plugins_are_switched_by_one_button(land: Town) -> None:
    ada = Visitor(land, "ada")
    assert "Grundeinstellung: aus" in ada.sees("/a/kreis/plugins")
    assert ada.post("/a/kreis/plugins/votes/state", state="on").status_code == 303
    assert "votes" in land.area("kreis").plugins
    assert "votes" not in land.area("ni").plugins
    text = ada.sees("/a/kreis/plugins")
    assert "hier eingeschaltet" in text
    assert "von dir," in text


def test_a_lock_is_shown_with_its_reason_and_cannot_be_pressed(land: Town) -> None:
    land.grant("mod", "kreis", "admin")
    Visitor(land, "ada").post(
        "/a/ni/plugins/votes",
        **{"state-state": "forbidden", "state-reason": "Erst nach Prüfung."},
    )
    mod = Visitor(land, "mod")
    text = mod.sees("/a/kreis/plugins")
    assert "gesperrt von Ni" in text
    assert "„Erst nach Prüfung.“" in text
    row = re.search(r"<button[^>]+plugins/votes/state[^>]*>", mod.get("/a/kreis/plugins").text)
    assert row is not None
    assert " disabled" in row[0]
    assert mod.post("/a/kreis/plugins/votes/state", state="on").status_code == 403


def test_settings_of_a_plugin_by_the_generated_form(land: Town) -> None:
    ada, url = Visitor(land, "ada"), "/a/ni/plugins/votes/settings"
    bad = ada.post(url, v_most="1", v_own="off")
    assert bad.status_code == 422
    assert errors(bad) == {"v_most": "Mindestens 2."}
    assert 'value="1"' in bad.text
    assert ada.post(url, v_most="7", v_own="", locked="most").status_code == 303
    below = ada.get("/a/kreis/plugins/votes").text
    assert "weiter oben festgelegt" in below
    assert 'name="v_most"' not in below
    assert "stellt der Betrieb ein" in below
    assert ada.post("/a/kreis/plugins/votes/settings", v_own="off").status_code == 303


ROLES = ("out", "mia", "edi", "mod", "ada")
PAGES = {
    "members": (200, 200, 200, 200, 200),
    "settings": (403, 403, 403, 403, 200),
    "new-area": (403, 403, 403, 403, 200),
    "move": (403, 403, 403, 403, 200),
    "invitations": (403, 403, 200, 200, 200),
    "members/1": (403, 403, 403, 403, 200),
    "plugins": (403, 403, 403, 403, 200),
    "plugins/votes": (403, 403, 403, 403, 200),
    "log": (403, 403, 200, 200, 200),
}
BUTTONS: dict[str, tuple[int, ...]] = {
    "seal": (403, 403, 403, 403, 303),
    "archive": (403, 403, 403, 403, 303),
    "delete": (403, 403, 403, 403, 303),
    "chair": (403, 403, 403, 403, 303),
    "plugins/votes/state": (403, 403, 403, 403, 303),
    "plugins/votes/settings": (403, 403, 403, 403, 303),
    "members/{mia}/remove": (403, 403, 403, 303, 303),
    "applications/1": (403, 403, 404, 404, 404),
    "invitations/1/revoke": (403, 403, 404, 404, 404),
}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_open_what(land: Town, page: str) -> None:
    found = tuple(Visitor(land, who).get(f"/a/kreis/{page}").status_code for who in ROLES)
    assert found == PAGES[page]


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("number", range(len(ROLES)))
def test_who_may_press_what(land: Town, button: str, number: int) -> None:
    url = f"/a/kreis/{button.format(mia=land.users['mia'])}"
    response = Visitor(land, ROLES[number]).post(url, handle="edi", state="on")
    assert response.status_code == BUTTONS[button][number]


def test_without_a_token_nothing_is_done(land: Town) -> None:
    response = Visitor(land, "ada").client.post("/a/kreis/seal", data={})
    assert response.status_code == 400
    assert not land.area("kreis").sealed


def test_own_areas_are_nested_in_the_frame(land: Town) -> None:
    land.add_area("alle", everyone=True)
    page = Visitor(land, "ada").get("/a/kreis/").text
    tree = re.findall(r'<li class="d(\d)"><a href="(/a/[\w-]+/)"', page)
    assert tree == [("0", "/a/alle/"), ("0", "/a/ni/"), ("1", "/a/gruppe/"), ("1", "/a/kreis/")]


def count(land: Town, who: str, url: str) -> int:
    visitor = Visitor(land, who)

    def act() -> Any:
        response = visitor.get(url)
        assert response.status_code == 200
        return words(response)

    return len(list_warm_statements(act))


@pytest.mark.parametrize(
    ("page", "statements"), [("members", 7), ("plugins", 10), ("log", 7), ("settings", 6)]
)
def test_pages_cost_the_same_for_few_and_many(land: Town, page: str, statements: int) -> None:
    before = count(land, "ada", f"/a/ni/{page}")
    land.add_users("neu1", "neu2", "neu3")
    for name in ("neu1", "neu2", "neu3"):
        land.grant(name, "ni")
        land.add_area(f"von-{name}", "ni")
    assert (before, count(land, "ada", f"/a/ni/{page}")) == (statements, statements)


def test_hostile_names_are_text(land: Town) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    Visitor(land, "ada").post("/a/kreis/settings", **settings(name=hostile, about=hostile))
    assert land.all(Area.name, where=Area.slug == "kreis") == [(hostile,)]
    ada = Visitor(land, "ada")
    for page in ("", "members", "settings", "plugins", "log", "new-area", "move", "invitations"):
        assert "<img src=x" not in ada.get(f"/a/kreis/{page}").text
