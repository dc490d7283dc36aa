"""Pages of areas as people use them: what they show to whom, forms, buttons, addresses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forum.areas import operations
from forum.areas.models import Application
from forum.core.audit import AuditEntry
from forum.core.clock import now
from forum.core.database import db
from forum.home.models import PluginTrouble
from forum.plugin import Permission
from forum.testing.statements import list_warm_statements
from tests.forum.areas import samples
from tests.forum.areas.browser import Visitor, errors, words
from tests.forum.areas.town import Town

VALUE = re.compile(r'value="(\w+)"')


def test_a_listed_area_shows_what_it_is_and_nothing_of_what_is_in_it(chapter: Town) -> None:
    text = Visitor(chapter, "out").sees("/a/gruppe/")
    assert "Wir üben." in text
    assert "Ada" in text
    assert "Edi" in text
    assert "Mia" not in text
    assert "Aufnahme anfragen" in text
    assert not re.search(r"\d+ Mitglied|\d+ Them|Antwort|seit", text)


@pytest.mark.parametrize("page", ["members", "settings", "plugins", "log", "invitations", "new"])
def test_nothing_below_a_listed_area_is_there(chapter: Town, page: str) -> None:
    assert Visitor(chapter, "out").get(f"/a/gruppe/{page}").status_code == 404


def test_what_one_may_not_know_of_looks_like_what_is_not_there(chapter: Town) -> None:
    visitor = Visitor(chapter, "out")
    hidden, nothing = visitor.get("/a/recht/"), visitor.get("/a/gibtsnicht/")
    assert hidden.status_code == nothing.status_code == 404
    strip = re.compile(r"recht|gibtsnicht|[0-9a-f]{8,}|value=\"[^\"]+\"")
    assert strip.sub("", hidden.text) == strip.sub("", nothing.text)
    assert visitor.post("/a/recht/join").status_code == 404


def test_an_admin_above_a_seal_sees_the_chair_and_appoints_another(chapter: Town) -> None:
    chapter.grant("mia", "recht", "editor")
    visitor = Visitor(chapter, "ada")
    text = visitor.sees("/a/recht/")
    assert "versiegelt" in text
    assert "Chair" in text
    assert "Mia" not in text
    assert visitor.get("/a/recht/members").status_code == 404
    assert visitor.post("/a/recht/chair", handle="@Edi", reason="Wahl").status_code == 303
    assert ("edi", "admin", "chair") in chapter.grants("recht")
    visitor.post("/a/recht/chair", handle="niemand")
    assert "kennen wir nicht" in visitor.sees("/a/recht/")
    assert visitor.post("/a/recht/archive").status_code == 303
    assert chapter.area("recht").archived_at is not None


def test_joining_and_leaving_by_one_button(chapter: Town) -> None:
    visitor = Visitor(chapter, "out")
    assert "Beitreten" in visitor.sees("/a/kreis/")
    assert visitor.post("/a/kreis/join").location == "/a/kreis/"
    assert "Willkommen in Kreis" in visitor.sees("/a/kreis/")
    assert ("out", "member", "") in chapter.grants("kreis")
    assert visitor.post("/a/kreis/leave").status_code == 303
    assert ("out", "member", "") not in chapter.grants("kreis")


def test_who_is_not_signed_in_is_led_to_the_login(chapter: Town) -> None:
    assert Visitor(chapter).get("/a/bund/settings").location.startswith("/login")
    assert Visitor(chapter).get("/a/kreis/").status_code == 404


def test_asking_and_being_answered(chapter: Town) -> None:
    out, edi = Visitor(chapter, "out"), Visitor(chapter, "edi")
    empty = out.post("/a/gruppe/apply", reason=" ")
    assert empty.status_code == 422
    assert set(errors(empty)) == {"reason"}
    assert out.post("/a/gruppe/apply", reason="Ich übe auch.").location == "/a/gruppe/"
    assert "Deine Anfrage liegt beim Kernteam" in out.sees("/a/gruppe/")
    again = out.post("/a/gruppe/apply", reason="Noch einmal <b>fett</b>.")
    assert again.status_code == 422
    assert "Noch einmal &lt;b&gt;fett&lt;/b&gt;." in again.text
    assert "Ich übe auch." in edi.sees("/a/gruppe/members")
    ((application_id,),) = chapter.all(Application.id)
    url = f"/a/gruppe/applications/{application_id}"
    assert edi.post(url, decision="decline", answer="Gerade voll.").status_code == 303
    text = out.sees("/a/gruppe/")
    assert "Gerade voll." in text
    assert "Aufnahme anfragen" in text
    edi.post(url, decision="accept")
    assert "schon entschieden" in edi.sees("/a/gruppe/members")


def test_five_are_let_in_and_one_is_not_in_one_list(chapter: Town) -> None:
    names = [f"neu{i}" for i in range(6)]
    chapter.add_users(*names)
    for name in names:
        Visitor(chapter, name).post("/a/gruppe/apply", reason=f"Grund von {name}")
    ada = Visitor(chapter, "ada")
    assert "6 Anfragen warten" in ada.sees("/a/gruppe/members")
    ids = [row[0] for row in chapter.all(Application.id)]
    for number, application_id in enumerate(ids):
        decision = {"decision": "accept"} if number else {"decision": "decline", "answer": "Nein."}
        ada.post(f"/a/gruppe/applications/{application_id}", **decision)
    assert {h for h, _, _ in chapter.grants("gruppe")} & set(names) == set(names[1:])
    decided = chapter.all(
        AuditEntry.actor_id,
        AuditEntry.reason,
        where=AuditEntry.action == "areas.decide_application",
    )
    assert decided == [(chapter.users["ada"], "Nein."), *[(chapter.users["ada"], "")] * 5]


def test_roles_by_the_form(chapter: Town) -> None:
    ada, mia = Visitor(chapter, "ada"), chapter.users["mia"]
    sent = {"role": "editor", "title": "office", "reason": "x"}
    for year in ("2000", "0001", "9999"):
        sent["ends_at"] = f"{year}-01-01T00:00"
        assert errors(ada.post(f"/a/gruppe/members/{mia}", **sent)).keys() == {"ends_at"}
    sent["ends_at"] = ""
    assert ada.post(f"/a/gruppe/members/{mia}", **sent).location == "/a/gruppe/members"
    assert ("mia", "editor", "office") in chapter.grants("gruppe")
    assert ada.get("/a/gruppe/members/999").status_code == 404
    assert ada.post(f"/a/gruppe/members/{mia}/remove", reason="Umzug").status_code == 303
    assert "mia" not in {handle for handle, _, _ in chapter.grants("gruppe")}


def test_a_link_is_shown_once_and_leads_in(chapter: Town) -> None:
    edi, out = Visitor(chapter, "edi"), Visitor(chapter, "out")
    made = edi.post("/a/gruppe/invitations", role="member", max_uses="1", days="14")
    assert made.status_code == 201
    token = re.search(r"/invite/([\w-]+)", made.text)
    assert token is not None
    assert token[1] not in edi.get("/a/gruppe/invitations").text
    assert out.get(f"/invite/{token[1]}").location == f"/join/{token[1]}"
    assert "Du bist eingeladen: Gruppe" in out.sees(f"/join/{token[1]}")
    assert not chapter.reads("out", "gruppe")
    assert out.post(f"/join/{token[1]}").location == "/a/gruppe/"
    assert chapter.reads("out", "gruppe")
    chapter.add_users("late")
    late = Visitor(chapter, "late")
    assert late.get(f"/join/{token[1]}").status_code == 410
    assert late.post(f"/join/{token[1]}").status_code == 410


def test_nobody_invites_above_the_own_role_by_the_form(chapter: Town) -> None:
    sent = {"role": "admin", "max_uses": "1", "days": "14"}
    assert Visitor(chapter, "edi").post("/a/gruppe/invitations", **sent).status_code == 422


def test_the_log_tells_who_did_what_and_why(chapter: Town) -> None:
    Visitor(chapter, "ada").post("/a/kreis/seal", reason="Personalfragen <b>")
    text = Visitor(chapter, "edi").sees("/a/kreis/log")
    assert "Bereich versiegelt" in text
    assert "„Personalfragen <b>“" in text
    assert Visitor(chapter, "mia").get("/a/kreis/log").status_code == 403


def test_plugins_are_switched_by_one_button(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    assert "Grundeinstellung: aus" in ada.sees("/a/kreis/plugins")
    assert ada.post("/a/kreis/plugins/votes/state", state="on").status_code == 303
    assert "votes" in chapter.area("kreis").plugins
    assert "votes" not in chapter.area("ni").plugins
    text = ada.sees("/a/kreis/plugins")
    assert "hier eingeschaltet" in text
    assert "von dir," in text
    assert "Erweiterung geschaltet Votes" in ada.sees("/a/kreis/log")


def test_a_lock_is_shown_with_its_reason_and_cannot_be_pressed(chapter: Town) -> None:
    chapter.grant("mod", "kreis", "admin")
    Visitor(chapter, "ada").post(
        "/a/ni/plugins/votes",
        **{"state-state": "forbidden", "state-reason": "Erst nach Prüfung."},
    )
    mod = Visitor(chapter, "mod")
    text = mod.sees("/a/kreis/plugins")
    assert "gesperrt von Ni" in text
    assert "„Erst nach Prüfung.“" in text
    row = re.search(r"<button[^>]+plugins/votes/state[^>]*>", mod.get("/a/kreis/plugins").text)
    assert row is not None
    assert " disabled" in row[0]
    assert mod.post("/a/kreis/plugins/votes/state", state="on").status_code == 403


def test_what_is_on_and_not_loaded_is_named(chapter: Town) -> None:
    """An operator left it out, or it was put aside: whoever switched it on reads so."""
    ada = Visitor(chapter, "ada")
    said = "Hier eingeschaltet, aber zurzeit nicht geladen: votes."
    ada.post("/a/ni/plugins/votes/state", state="on")
    assert "nicht geladen" not in ada.sees("/a/kreis/plugins")
    rest = [one for one in samples.ALL if "votes" not in (one.name, *one.manifest.requires)]
    chapter.app.extensions["forum"]["dispatcher"] = samples.load(*rest)
    assert said in ada.sees("/a/ni/plugins")
    assert said in ada.sees("/a/kreis/plugins")
    assert "nicht geladen" not in Visitor(chapter, "root").sees("/a/bund/plugins")


def test_the_page_of_a_plugin_says_who_has_its_rights(chapter: Town) -> None:
    rights = (Permission(name="count", title="Stimmen auszählen", default_role="moderator"),)
    counting = samples.plugin("counting", permissions=rights)
    chapter.app.extensions["forum"]["dispatcher"] = samples.load(*samples.ALL, counting)
    text = Visitor(chapter, "ada").sees("/a/kreis/plugins/counting")
    assert "Wer darf was? Stimmen auszählen Moderation und Admins" in text
    assert "Wer darf was?" not in Visitor(chapter, "ada").sees("/a/kreis/plugins/dates")


def test_settings_of_a_plugin_by_the_generated_form(chapter: Town) -> None:
    ada, url = Visitor(chapter, "ada"), "/a/ni/plugins/votes/settings"
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


def test_the_page_of_a_plugin_says_what_each_state_would_change(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    text = ada.sees("/a/ni/plugins/votes")
    assert "So ist es jetzt." in text
    assert "Hier geht sie damit an. Sie geht in 3 Bereichen darunter an." in text
    assert ada.post("/a/ni/plugins/tally/state", state="on").status_code == 303
    text = ada.sees("/a/ni/plugins/votes")
    assert "Darauf baut „Tally“ auf, das hier an ist." in text
    page = ada.get("/a/ni/plugins/votes").text
    radios = re.findall(r'<input[^>]+name="state-state"[^>]*>', page)
    closed = [found[1] for r in radios if " disabled" in r and (found := VALUE.search(r))]
    assert closed == ["off", "forbidden"]
    assert "schaltet mit um: Votes" in ada.sees("/a/ni/plugins")
    text = ada.sees("/a/ni/plugins/tally")
    assert (
        "Hier geht sie damit aus. Sie geht in 3 Bereichen darunter aus. Mit aus geht: Votes."
        in (text)
    )
    assert "Erweiterung geschaltet geerbt → an" in text
    assert "schaltet nur der Betrieb" in ada.sees("/a/ni/plugins/gate")
    assert 'name="state-state"' not in ada.get("/a/ni/plugins/gate").text


def test_the_form_of_settings_says_where_values_come_from(chapter: Town) -> None:
    ada, url = Visitor(chapter, "ada"), "/a/{}/plugins/votes/settings"
    assert "Grundeinstellung: 20" in ada.sees("/a/kreis/plugins/votes")
    assert ada.post(url.format("ni"), v_most="7", v_own="off").status_code == 303
    text = ada.sees("/a/kreis/plugins/votes")
    assert "geerbt von Ni: 7" in text
    assert "geerbt von Ni: aus" in text
    assert "hier festgelegt" not in text
    assert ada.post(url.format("kreis"), v_most="9", locked="most").status_code == 303
    text = ada.sees("/a/kreis/plugins/votes")
    assert "hier festgelegt" in text
    assert "geerbt von Ni: 7" in text
    assert ada.post(url.format("kreis"), v_most="3", reset="1").status_code == 303
    text = ada.sees("/a/kreis/plugins/votes")
    assert "hier festgelegt" not in text
    assert "Alles wieder erben" not in text
    assert ada.post(url.format("ni"), v_most="7", locked="most").status_code == 303
    assert "festgelegt von Ni · 7" in ada.sees("/a/kreis/plugins/votes")


def test_the_page_tells_of_troubles_here_without_what_is_inside(chapter: Town) -> None:
    with chapter.writing():
        for area, message in (("kreis", "Passwort: geheim"), ("ni", "anderswo")):
            db.session.add(
                PluginTrouble(
                    at=now(),
                    plugin="votes",
                    hook="render_post_panels",
                    area_id=chapter.area(area).id,
                    kind="error",
                    message=message,
                    traceback="Traceback: innen",
                )
            )
    text = Visitor(chapter, "ada").sees("/a/kreis/plugins/votes")
    assert "1-mal mit einem Fehler abgebrochen" in text
    for inside in ("geheim", "anderswo", "innen", "render_post_panels"):
        assert inside not in text
    assert "Störungen" not in Visitor(chapter, "ada").sees("/a/gruppe/plugins/votes")


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
def test_who_may_open_what(chapter: Town, page: str) -> None:
    found = tuple(Visitor(chapter, who).get(f"/a/kreis/{page}").status_code for who in ROLES)
    assert found == PAGES[page]


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("number", range(len(ROLES)))
def test_who_may_press_what(chapter: Town, button: str, number: int) -> None:
    url = f"/a/kreis/{button.format(mia=chapter.users['mia'])}"
    response = Visitor(chapter, ROLES[number]).post(
        url, handle="edi", state="on", decision="decline"
    )
    assert response.status_code == BUTTONS[button][number]


def test_without_a_token_nothing_is_done(chapter: Town) -> None:
    response = Visitor(chapter, "ada").client.post("/a/kreis/seal", data={})
    assert response.status_code == 400
    assert not chapter.area("kreis").sealed


def test_own_areas_are_nested_in_the_frame(chapter: Town) -> None:
    chapter.add_area("alle", everyone=True)
    page = Visitor(chapter, "ada").get("/a/kreis/").text
    tree = re.findall(r'<li class="d(\d)"><a href="(/a/[\w-]+/)"', page)
    assert tree == [("0", "/a/alle/"), ("0", "/a/ni/"), ("1", "/a/gruppe/"), ("1", "/a/kreis/")]


def count(chapter: Town, who: str, url: str) -> int:
    visitor = Visitor(chapter, who)

    def act() -> Any:
        response = visitor.get(url)
        assert response.status_code == 200
        return words(response)

    return len(list_warm_statements(act))


@pytest.mark.parametrize(
    ("page", "statements"),
    [("members", 5), ("plugins", 9), ("plugins/votes", 16), ("log", 4), ("settings", 4)],
)
def test_pages_cost_the_same_for_few_and_many(chapter: Town, page: str, statements: int) -> None:
    before = count(chapter, "ada", f"/a/ni/{page}")
    chapter.add_users("neu1", "neu2", "neu3")
    for name in ("neu1", "neu2", "neu3"):
        chapter.grant(name, "ni")
        chapter.add_area(f"von-{name}", "ni")
    assert (before, count(chapter, "ada", f"/a/ni/{page}")) == (statements, statements)


def test_what_is_closed_is_on_no_page_of_the_others(chapter: Town) -> None:
    """Names, summaries, reasons and people of closed areas stay with those who read them."""
    hidden = {"visibility": "hidden", "name": "KANARIE-name", "summary": "KANARIE-summary"}
    chapter.add_users("kanarie")
    chapter.add_area("kanarie-slug", "ni", chair="kanarie", sealed=True, **hidden)
    chapter.add_area("kanarie-below", "kanarie-slug", by="kanarie", **hidden)
    chapter.do("kanarie", "kanarie-slug", operations.archive_area, reason="KANARIE-reason")
    apply = operations.apply_to_area
    chapter.do("out", "gruppe", apply, reason="KANARIE-application")
    parts = ("", "members", "settings", "plugins", "log", "move", "new-area", "apply")
    for who in (None, "out", "mia"):
        visitor = Visitor(chapter, who)
        for slug in ("bund", "ni", "kreis", "gruppe"):
            texts = {part: visitor.get(f"/a/{slug}/{part}").text.lower() for part in parts}
            assert [part for part in parts if "kanarie" in texts[part]] == [], (who, slug)
        for slug in ("kanarie-slug", "kanarie-below"):
            found = {visitor.get(f"/a/{slug}/{part}").status_code for part in parts}
            assert found == {404}, (who, slug)
