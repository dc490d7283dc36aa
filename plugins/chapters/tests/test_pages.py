"""Front pages, legal texts, names and looks as people meet them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from forum.api.data import get_system_scope, set_plugin_settings, unit
from forum.testing.builders import make_area, set_settings, switch_plugin
from forum.testing.statements import list_warm_statements

if TYPE_CHECKING:
    from conftest import Federation

BASE = "http://ni.example.org"


def test_everybody_sees_on_the_front_page_what_they_may_read(bund: Federation) -> None:
    news = make_area(bund.app, "Neues", slug="ni-neues", parent=bund.ni)
    bund.write(bund.ni, bund.anke, "Wer kommt mit?")
    with bund.acting(bund.wiebke, news) as scope:
        assert scope.has_role("admin")
    bund.write(news, bund.wiebke, "Neue Satzung")
    make_area(bund.app, "Geheimrat", slug="rat", parent=bund.ni, visibility="hidden")
    fields = {"block_1": "hero", "block_2": "announcements", "block_3": "topics"}
    fields |= {"block_4": "areas", "block_5": "people", "announcements": "ni-neues"}
    said = bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Moin", text="**Hallo**", **fields)
    assert said.status_code == 303
    page = bund.client().get("/a/ni/chapters/")
    assert "<h1>Moin</h1>" in page.text
    assert "<strong>Hallo</strong>" in page.text
    assert page.text.index("Neue Satzung") < page.text.index("Wer kommt mit?")
    assert "Wiebke Nord" in page.text
    assert "Geheimrat" not in page.text
    assert "Emden" not in page.text
    assert "Emden" in bund.client(bund.anke).get("/a/ni/chapters/").text
    assert "Geheimrat" in bund.client(bund.wiebke).get("/a/ni/chapters/").text


def test_a_branch_that_has_said_nothing_has_a_front_page_too(bund: Federation) -> None:
    bund.write(bund.ni, bund.anke, "Wer kommt mit?")
    page = bund.client().get("/a/ni/chapters/")
    assert "<h1>Niedersachsen</h1>" in page.text
    assert "Wer kommt mit?" in page.text


@pytest.mark.weave("permission")
@pytest.mark.parametrize("role", ["anke", "bea", "ben", "georg"])
def test_who_may_write_the_front_page(bund: Federation, role: str) -> None:
    answer = bund.send(getattr(bund, role), "/a/ni/chapters/edit", title="Gekapert")
    assert answer.status_code == (303 if role == "georg" else 403)


def test_html_of_people_stays_text(bund: Federation) -> None:
    bad = "<script>alert(1)</script>"
    bund.send(bund.wiebke, "/a/ni/chapters/edit", title=bad, text=bad, block_1="hero", imprint=bad)
    for page in ("", "impressum"):
        assert bad not in bund.client().get(f"/a/ni/chapters/{page}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 121},
        {"text": "x" * 4_001},
        {"imprint": "x" * 20_001},
        {"block_1": "hero", "block_2": "hero"},
        {"block_1": "iframe"},
        {"announcements": "by"},
    ],
)
def test_what_does_not_hold_is_refused(bund: Federation, fields: dict[str, Any]) -> None:
    answer = bund.send(bund.wiebke, "/a/ni/chapters/edit", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_block_that_comes_twice_is_refused_where_it_comes_again(bund: Federation) -> None:
    fields = {"block_1": "hero", "block_3": "topics", "block_4": "hero"}
    answer = bund.send(bund.wiebke, "/a/ni/chapters/edit", **fields)
    assert re.findall(r'id="(block_.)-error"', answer.text) == ["block_4"]


def test_of_two_tabs_the_second_is_told_before_it_writes_over_the_first(bund: Federation) -> None:
    def read_stamp(page: str) -> str:
        return unescape(re.findall(r'name="seen" value="([^"]*)"', page)[0])

    seen = read_stamp(bund.client(bund.wiebke).get("/a/ni/chapters/edit").text)
    first = bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Moin", text="Eins", seen=seen)
    second = bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Hallo", text="Zwei", seen=seen)
    assert (first.status_code, second.status_code) == (303, 422)
    assert "Inzwischen hat jemand anderes" in second.text
    assert 'value="Hallo"' in second.text
    assert "<h1>Moin</h1>" in bund.client().get("/a/ni/chapters/").text
    seen = read_stamp(second.text)
    again = bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Hallo", text="Zwei", seen=seen)
    assert again.status_code == 303
    assert "<h1>Hallo</h1>" in bund.client().get("/a/ni/chapters/").text


def test_a_name_of_ones_own(bund: Federation) -> None:
    assert "<h1>Niedersachsen</h1>" not in bund.client().get("/", base_url=BASE).text
    taken = bund.send(bund.wiebke, "/a/ni/chapters/host", host="ni")
    assert taken.status_code == 303
    fields = {"title": "Moin", "block_1": "hero", "imprint": "Landesverband, Hannover"}
    bund.send(bund.wiebke, "/a/ni/chapters/edit", **fields)
    assert "<h1>Moin</h1>" in bund.client().get("/", base_url=BASE).text
    assert "Landesverband, Hannover" in bund.client().get("/impressum", base_url=BASE).text
    assert "Landesverband, Hannover" not in bund.client().get("/impressum").text
    assert "noch nicht geschrieben" in bund.client().get("/datenschutz", base_url=BASE).text
    gone = bund.send(bund.wiebke, "/a/ni/chapters/host", remove="ni.example.org")
    assert gone.status_code == 303
    assert "Moin" not in bund.client().get("/", base_url=BASE).text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("evil.org", "Hier gehen nur Namen wie name.example.org."),
        ("a.b.example.org", "Hier gehen nur Namen wie name.example.org."),
        ("notexample.org", "Hier gehen nur Namen wie name.example.org."),
        ("ni.example.org.evil.org", "Hier gehen nur Namen wie name.example.org."),
        ("by", "by.example.org ist schon vergeben."),
        ("n i", "Das ist kein Name eines Rechners."),
        ("", "Bitte fülle dieses Feld aus."),
    ],
)
def test_foreign_and_taken_names_are_refused(bund: Federation, name: str, said: str) -> None:
    bund.send(bund.bea, "/a/by/chapters/host", host="by")
    answer = bund.send(bund.wiebke, "/a/ni/chapters/host", host=name)
    assert answer.status_code == 422
    assert said in answer.text


def test_nobody_takes_anothers_name_away(bund: Federation) -> None:
    bund.send(bund.bea, "/a/by/chapters/host", host="by")
    assert bund.send(bund.wiebke, "/a/ni/chapters/host", remove="by.example.org").status_code == 404
    assert bund.send(bund.wiebke, "/a/by/chapters/host", host="wir").status_code == 403


def test_three_names_are_enough(bund: Federation) -> None:
    for name in ("a1", "a2", "a3"):
        assert bund.send(bund.wiebke, "/a/ni/chapters/host", host=name).status_code == 303
    answer = bund.send(bund.wiebke, "/a/ni/chapters/host", host="a4")
    assert "Mehr Namen kann ein Bereich nicht haben." in answer.text


def test_without_a_domain_there_are_no_names(bund: Federation) -> None:
    set_settings(bund.app, bund.root, "chapters", domain="")
    assert bund.send(bund.wiebke, "/a/ni/chapters/host", host="ni").status_code == 403
    page = bund.client(bund.wiebke).get("/a/ni/chapters/host").text
    assert "hat hier keine eigenen Adressen vorgesehen" in page


@pytest.mark.parametrize(
    ("accent", "measured"), [("ffffff", "1,0"), ("ffe9a8", "1,0"), ("777777", "3,8")]
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(
    bund: Federation, accent: str, measured: str
) -> None:
    for how in ({}, {"preview": "1"}):
        answer = bund.send(bund.wiebke, "/a/ni/chapters/look", accent=accent, **how)
        assert answer.status_code == 422
        assert f"nur ein Kontrastverhältnis von {measured} : 1, nötig sind 4,5 : 1" in answer.text
    assert "/look/" not in bund.client().get("/a/ni/").text


def test_a_good_colour_is_looked_at_and_then_live_in_the_own_branch_only(bund: Federation) -> None:
    looked = bund.send(bund.wiebke, "/a/ni/chapters/look", accent="#0d6b50", preview="1")
    assert looked.status_code == 200
    assert "/look/-/0d6b50." in looked.text
    assert "Gemessener Kontrast" in looked.text
    assert "/look/" not in bund.client().get("/a/ni/").text
    assert bund.send(bund.wiebke, "/a/ni/chapters/look", accent="#0d6b50").status_code == 303
    for slug, own in {"ni": True, "emden": True, "by": False, "bund": False}.items():
        page = bund.client(bund.anke).get(f"/a/{slug}/").text
        assert ("/look/-/0d6b50." in page) is own


@pytest.mark.weave("theme and no-JS")
def test_another_theme_costs_no_statement(bund: Federation) -> None:
    browser = bund.client(bund.anke)
    before = list_warm_statements(lambda: browser.get("/a/ni/"))
    bund.send(bund.wiebke, "/a/ni/chapters/look", theme="marsch", accent="0d6b50")
    assert "/look/marsch/0d6b50." in browser.get("/a/ni/").text
    assert len(list_warm_statements(lambda: browser.get("/a/ni/"))) == len(before)


def test_a_theme_has_one_name_wherever_it_is_chosen(bund: Federation) -> None:
    for page in ("settings", "chapters/look"):
        text = bund.client(bund.wiebke).get(f"/a/ni/{page}").text
        assert '<option value="marsch">Marschland</option>' in text, page


def test_a_theme_that_is_not_there(bund: Federation) -> None:
    answer = bund.send(bund.wiebke, "/a/ni/chapters/look", theme="../../etc")
    assert answer.status_code == 422


def test_the_roof_locks_how_branches_look(bund: Federation) -> None:
    with bund.app.app_context(), unit():
        values = {"domain": "example.org", "look": False}
        scope = get_system_scope("bund")
        set_plugin_settings(scope, "chapters", values=values, locked=["look"])
    assert bund.send(bund.wiebke, "/a/ni/chapters/look", accent="0d6b50").status_code == 403
    assert "weiter oben festgelegt" in bund.client(bund.wiebke).get("/a/ni/chapters/look").text


@pytest.mark.weave("area on/off")
def test_off_is_gone_and_on_again_is_all_back(bund: Federation) -> None:
    bund.send(bund.wiebke, "/a/ni/chapters/host", host="ni")
    bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Moin", block_1="hero", imprint="Wir")
    before = bund.client().get("/", base_url=BASE).text
    assert "<h1>Moin</h1>" in before
    switch_plugin(bund.app, bund.ni, "chapters", state="off")
    for page in ("", "impressum", "region", "edit", "look", "host", "new", "template"):
        assert bund.client(bund.wiebke).get(f"/a/ni/chapters/{page}").status_code == 404
    off = bund.client().get("/", base_url=BASE).text
    assert "<h1>Niedersachsen</h1>" in off
    assert "chapters/" not in off
    assert "noch nicht geschrieben" in bund.client().get("/impressum", base_url=BASE).text
    switch_plugin(bund.app, bund.ni, "chapters", state="on")
    assert "<h1>Moin</h1>" in bund.client().get("/", base_url=BASE).text


def test_a_front_page_costs_the_same_with_one_and_with_many_topics(bund: Federation) -> None:
    bund.send(bund.wiebke, "/a/ni/chapters/host", host="ni")
    browser = bund.client()
    bund.write(bund.ni, bund.anke, "Eins")
    one = list_warm_statements(lambda: browser.get("/a/ni/chapters/"))
    for number in range(2, 6):
        bund.write(bund.ni, bund.anke, f"Thema {number}")
    assert len(list_warm_statements(lambda: browser.get("/a/ni/chapters/"))) == len(one)


def test_my_region_goes_up_and_never_sideways(bund: Federation) -> None:
    bund.write(bund.place, bund.anke, "Markt in Emden")
    bund.write(bund.ni, bund.anke, "Landestag")
    inside = make_area(
        bund.app,
        "Münchner Runde",
        slug="muc",
        kind="region",
        parent=bund.by,
        visibility="members",
        members={bund.ben: "member"},
    )
    bund.write(inside, bund.ben, "Nur unter uns in München")
    bund.write(bund.by, bund.ben, "Bayern unter sich")
    page = bund.client(bund.anke).get("/a/ni/chapters/region").text
    main = page[page.index("<main") : page.index("</main>")]
    places = [main.index(f">{name}</a></h2>") for name in ("Emden", "Niedersachsen", "Bund")]
    assert places == sorted(places)
    assert main.index("Markt in Emden") < main.index("Landestag")
    assert "Bayern" not in main
    assert "München" not in main
    nobody = bund.client().get("/a/ni/chapters/region").text
    assert "Melde dich an" in nobody
    assert "du gehörst" in bund.client(bund.georg).get("/a/ni/chapters/region").text.lower()
