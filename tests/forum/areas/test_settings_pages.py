"""Settings of areas by their forms: what is kept, what is refused where, addresses, steps."""

from __future__ import annotations

import pytest

from forum.areas.models import Area
from forum.testing.builders import make_topic
from tests.forum.areas.browser import Visitor, errors, words
from tests.forum.areas.town import Town


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


def test_settings_are_kept(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    sent = settings(
        name="Landkreis", about="Alles im Kreis.", accent="#7a2d84", topics_by="editors"
    )
    assert ada.post("/a/kreis/settings", **sent).location == "/a/kreis/settings"
    area = chapter.area("kreis")
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
    chapter: Town, field: str, changes: dict[str, str]
) -> None:
    sent = settings(about="Bleibt <script>stehen</script>.")
    response = Visitor(chapter, "ada").post("/a/kreis/settings", **{**sent, **changes})
    assert response.status_code == 422
    assert set(errors(response)) == {field}
    if field != "about":
        assert "Bleibt &lt;script&gt;stehen&lt;/script&gt;." in response.text
    assert chapter.area("kreis").name == "Kreis"


def test_weak_contrast_is_refused_with_its_ratio(chapter: Town) -> None:
    response = Visitor(chapter, "ada").post("/a/kreis/settings", **settings(accent="ffe34d"))
    assert "1,3 : 1" in errors(response)["accent"]


def test_the_colour_is_seen_in_the_area_and_not_next_door(chapter: Town) -> None:
    Visitor(chapter, "ada").post("/a/kreis/settings", **settings(accent="7a2d84"))
    out = Visitor(chapter, "out")
    assert "/7a2d84." in out.get("/a/kreis/").text
    assert "/7a2d84." not in out.get("/a/ni/").text
    assert "/0d6b50." in out.get("/a/ni/").text


def test_a_new_address_and_the_old_one(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    ada.post("/a/kreis/settings", **settings(slug="landkreis"))
    old = ada.get("/a/kreis/members?after=x")
    assert (old.status_code, old.location) == (301, "/a/landkreis/members?after=x")
    form = ada.post("/a/kreis/leave")
    assert (form.status_code, form.location) == (308, "/a/landkreis/leave")


def test_a_new_area_below(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    sent = settings(name="Ortsgruppe Süd", slug="", kind="topic")
    assert ada.post("/a/kreis/new-area", **sent).location == "/a/ortsgruppe-sued/"
    assert chapter.area("ortsgruppe-sued").parent_id == chapter.area("kreis").id
    assert Visitor(chapter, "mod").post("/a/kreis/new-area", **sent).status_code == 403


def test_a_form_sent_twice_makes_one_area(chapter: Town) -> None:
    ada, sent = Visitor(chapter, "ada"), settings(name="Einmal", slug="", key="k" * 20)
    first = ada.post("/a/kreis/new-area", **sent)
    second = ada.post("/a/kreis/new-area", **sent)
    assert (first.location, second.location) == ("/a/einmal/", "/a/einmal/")
    assert [s for s in chapter.slugs() if s.startswith("einmal")] == ["einmal"]


def test_moving_by_the_form(chapter: Town) -> None:
    root = Visitor(chapter, "root")
    assert "Gruppe" in root.sees("/a/kreis/move")
    assert errors(root.post("/a/kreis/move", parent="recht")).keys() == {"parent"}
    assert root.post("/a/kreis/move", parent="bund").location == "/a/kreis/"
    assert chapter.area("kreis").parent_id == chapter.area("bund").id


def test_sealing_and_deleting_by_their_buttons(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    assert ada.post("/a/kreis/seal", reason="unter uns").status_code == 303
    assert chapter.area("kreis").sealed
    assert Visitor(chapter, "root").post("/a/kreis/unseal").status_code == 403
    root = Visitor(chapter, "root")
    assert "Bereich löschen" in root.sees("/a/recht/")  # from above a seal, unread
    assert "tipp zur Bestätigung ein: kreis" in root.sees("/a/kreis/delete")
    assert root.post("/a/kreis/delete").location == "/verzeichnis"
    assert "kreis" not in chapter.slugs()


def test_who_oversees_a_sealed_area_that_all_may_read_finds_the_buttons(chapter: Town) -> None:
    chapter.add_area("rat", "ni", visibility="members", sealed=True, chair="ada")
    root = Visitor(chapter, "root")
    assert 'href="/a/rat/oversight"' in root.get("/a/rat/").text
    page = root.sees("/a/rat/oversight")
    for button in ("Vorsitz vergeben", "Bereich abschließen", "Bereich löschen"):
        assert button in page
    done = root.post("/a/rat/archive", reason="Auflösung")
    assert done.location == "/a/rat/oversight"  # they have no settings page there
    assert "Wieder öffnen" in root.sees("/a/rat/oversight")
    for other in ("ada", "mod"):  # her own settings hold all of it; others have nothing to do there
        assert "oversight" not in Visitor(chapter, other).get("/a/rat/").text
    assert Visitor(chapter, "mod").get("/a/rat/oversight").status_code == 403


def test_what_cannot_be_deleted_says_why(chapter: Town) -> None:
    root = Visitor(chapter, "root")
    assert "Darunter hängen noch Bereiche" in words(root.post("/a/ni/delete"))


def test_what_stands_there_goes_when_its_address_is_typed(chapter: Town) -> None:
    ada = Visitor(chapter, "ada")
    make_topic(chapter.app, chapter.area("kreis").id, author=chapter.users["ada"])
    assert "steht 1 Thema" in ada.sees("/a/kreis/delete")
    assert errors(ada.post("/a/kreis/delete", reason="x")).keys() == {"confirm"}
    refused = ada.post("/a/kreis/delete", confirm="kreis")
    assert errors(refused).keys() == {"reason"}
    assert 'value="kreis"' in refused.text
    done = ada.post("/a/kreis/delete", confirm="kreis", reason="Auflösung")
    assert done.location == "/verzeichnis"
    assert "kreis" not in chapter.slugs()


def test_hostile_names_are_text(chapter: Town) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    Visitor(chapter, "ada").post("/a/kreis/settings", **settings(name=hostile, about=hostile))
    assert chapter.all(Area.name, where=Area.slug == "kreis") == [(hostile,)]
    ada = Visitor(chapter, "ada")
    for page in ("", "members", "settings", "plugins", "log", "new-area", "move", "invitations"):
        assert "<img src=x" not in ada.get(f"/a/kreis/{page}").text
