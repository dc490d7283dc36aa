"""Opening a branch from a template: who may, what stands then, and that it is all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forum_chapters.models import FrontPage
from forum_chapters.patterns import get_source, list_patterns, read_pattern, write_pattern

from forum.api.data import Invalid, unscoped
from forum.areas.models import Area, AreaHost
from forum.areas.paths import DEPTH
from forum.testing.builders import make_area, switch_plugin

if TYPE_CHECKING:
    from conftest import Federation

OPEN = "/a/ni/chapters/new/open"
ALL = ["neues", "geschaeftsstelle", "vorstand", "recht", "bezirk-nord", "bezirk-sued"]


def source_of(key: str) -> str:
    return get_source(key)


def list_below(bund: Federation, slug: str) -> dict[str, Any]:
    """Return the areas below one by slug."""
    with bund.app.app_context(), unscoped("tests look everywhere") as session:
        parent = session.scalar(sa.select(Area.id).where(Area.slug == slug))
        rows = session.scalars(sa.select(Area).where(Area.parent_id == parent))
        return {row.slug: row for row in rows}


def count_all(bund: Federation) -> tuple[int, ...]:
    """Return how many areas, hosts and front pages there are."""
    counted = [sa.select(sa.func.count()).select_from(m) for m in (Area, AreaHost, FrontPage)]
    with bund.app.app_context(), unscoped("tests count") as session:
        return tuple(session.scalar(one) or 0 for one in counted)


def open_land(bund: Federation, user: int, address: str = OPEN, **fields: Any) -> Any:
    given = {"source": source_of("landesverband"), "where": "here", "step": "open", "parts": ALL}
    return bund.send(user, address, **{**given, **fields})


def test_a_branch_admin_furnishes_the_branch_in_three_pages(bund: Federation) -> None:
    browser = bund.client(bund.wiebke)
    assert "Landesverband" in browser.get("/a/ni/chapters/new").text
    assert browser.get("/a/ni/chapters/new/landesverband").status_code == 200
    looked = open_land(bund, bund.wiebke, step="look", host="ni", accent="0d6b50")
    assert looked.status_code == 200
    assert "Noch ist nichts entstanden." in looked.text
    assert "Landesvorstand" in looked.text
    assert list(list_below(bund, "ni")) == ["emden"]

    opened = open_land(bund, bund.wiebke, host="ni", accent="0d6b50")
    assert (opened.status_code, opened.location) == (303, "/a/ni/chapters/")
    below = list_below(bund, "ni")
    assert sorted(below) == sorted(["emden", *(f"ni-{key}" for key in ALL)])
    board, news = below["ni-vorstand"], below["ni-neues"]
    assert (board.kind, board.effective, board.sealed) == ("committee", "listed", True)
    assert (news.visibility, news.topics_by) == ("public", "editors")
    page = bund.client().get("/", base_url="http://ni.example.org")
    assert "Willkommen im Landesverband Niedersachsen" in page.text


def test_the_preview_leaves_nothing_behind(bund: Federation) -> None:
    before = count_all(bund)
    open_land(bund, bund.wiebke, step="look", host="ni")
    assert count_all(bund) == before


def test_a_new_branch_below_the_roof(bund: Federation) -> None:
    address = "/a/bund/chapters/new/open"
    answer = open_land(
        bund, bund.georg, address, where="below", name="Saarland", slug="saarland", host="saarland"
    )
    assert answer.location == "/a/saarland/chapters/"
    assert sorted(list_below(bund, "saarland")) == sorted(f"saarland-{key}" for key in ALL)


@pytest.mark.parametrize("role", ["anke", "bea", "ben"])
def test_nobody_else_opens_anything_there(bund: Federation, role: str) -> None:
    before = count_all(bund)
    user = getattr(bund, role)
    assert open_land(bund, user).status_code == 403
    assert bund.client(user).get("/a/ni/chapters/new").status_code == 403
    assert count_all(bund) == before


def test_the_neighbours_tree_is_the_neighbours(bund: Federation) -> None:
    assert open_land(bund, bund.wiebke, "/a/by/chapters/new/open").status_code == 403
    assert list_below(bund, "by") == {}


def test_what_is_refused_at_the_end_undoes_all_of_it(bund: Federation) -> None:
    bund.send(bund.bea, "/a/by/chapters/host", host="sued")
    before = count_all(bund)
    answer = open_land(bund, bund.wiebke, host="sued")
    assert answer.status_code == 422
    assert "sued.example.org ist schon vergeben." in answer.text
    assert count_all(bund) == before


def test_what_is_there_already_stays_as_it_is(bund: Federation) -> None:
    open_land(bund, bund.wiebke, parts=["neues"])
    first = list_below(bund, "ni")["ni-neues"].id
    looked = open_land(bund, bund.wiebke, step="look", parts=["neues", "recht"])
    assert "gibt es schon" in looked.text
    assert open_land(bund, bund.wiebke, parts=["neues", "recht"]).status_code == 303
    below = list_below(bund, "ni")
    assert sorted(below) == ["emden", "ni-neues", "ni-recht"]
    assert below["ni-neues"].id == first


def test_the_legal_texts_of_a_furnished_area_stay(bund: Federation) -> None:
    bund.send(bund.wiebke, "/a/ni/chapters/edit", title="Moin", imprint="Wir in Hannover")
    open_land(bund, bund.wiebke)
    assert "Wir in Hannover" in bund.client().get("/a/ni/chapters/impressum").text
    assert "Willkommen im" in bund.client().get("/a/ni/chapters/").text


def test_the_admin_above_does_not_read_behind_the_seal(bund: Federation) -> None:
    open_land(bund, bund.wiebke)
    assert bund.client(bund.wiebke).get("/a/ni-vorstand/").status_code == 200
    above = bund.client(bund.georg).get("/a/ni-vorstand/")
    assert "Landesvorstand" in above.text
    assert bund.client(bund.georg).get("/a/ni-vorstand/new").status_code == 404


def test_a_plugin_that_is_forbidden_above_refuses_the_template(bund: Federation) -> None:
    switch_plugin(bund.app, bund.root, "polls", state="forbidden")
    before = count_all(bund)
    answer = open_land(bund, bund.wiebke)
    assert answer.status_code == 422
    assert "polls: Das ist weiter oben festgelegt" in answer.text
    assert count_all(bund) == before


AREA = '[[areas]]\nkey = "a"\nname = "A"\n'
HEAD = 'format = 1\nname = "Eigene"\n'


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (HEAD + 'colour = "red"\n', "Die Angabe „colour“ gibt es in einer Vorlage nicht."),
        (
            HEAD + AREA + '[[areas]]\nkey = "b"\nname = "B"\ncolour = 1\n',
            "Die Angabe „areas 2: colour“ gibt es in einer Vorlage nicht.",
        ),
        (
            HEAD + "[look]\ntokens = 1\n",
            "Die Angabe „look: tokens“ gibt es in einer Vorlage nicht.",
        ),
        ('name = "X"\n', "Die Angabe „format“ fehlt."),
        ('format = 1\nname = "X\\nY"\n', "„name“ kann nicht „X\nY“ sein."),
        (HEAD + '[front]\ntext = "X\\u0000"\n', "„front: text“ kann nicht „X\x00“ sein."),
        ("format = 0x" + "f" * 5_000, "„format“ kann nicht „…“ sein."),
        ('format = 2\nname = "X"\n', "„format“ kann nicht „2“ sein."),
        (HEAD + '[branch]\nkind = "federation"\n', "„branch: kind“ kann nicht „federation“ sein."),
        (HEAD + '[[areas]]\nkey = "../x"\nname = "A"\n', "„areas 1: key“ kann nicht „../x“ sein."),
        (HEAD + '[plugins]\npolls = "maybe"\n', "„plugins: polls“ kann nicht „maybe“ sein."),
        (HEAD + '[plugins]\n"../x" = "on"\n', "„plugins ../x: [key]“ kann nicht „../x“ sein."),
        (
            HEAD + "".join(AREA.replace('"a"', f'"a{n}"') for n in range(21)),
            "„areas“ hat zu viele Einträge.",
        ),
        (HEAD + "branch = " + "[" * 4_000 + "]" * 4_000, "Die Vorlage ist zu verschachtelt."),
        (
            HEAD + AREA + AREA,
            "Zwei Bereiche haben den Schlüssel „a“.",
        ),
    ],
)
def test_a_template_says_what_is_wrong_with_it(bund: Federation, source: str, said: str) -> None:
    with bund.looking(bund.wiebke), pytest.raises(Invalid) as refused:
        read_pattern(source)
    assert refused.value.message == said
    assert refused.value.field == "source"


def test_a_branch_opened_by_a_double_click_is_one(bund: Federation) -> None:
    given = {"where": "below", "name": "Leer", "parts": [], "key": "k1"}
    both = [open_land(bund, bund.wiebke, **given).location for _ in range(2)]
    assert both == ["/a/leer/chapters/"] * 2
    assert list(list_below(bund, "ni")) == ["emden", "leer"]


def test_a_broken_template_is_told_on_the_page(bund: Federation) -> None:
    answer = bund.send(bund.wiebke, OPEN, source="format = ")
    assert answer.status_code == 422
    assert "Das ist kein TOML" in answer.text
    long = bund.send(bund.wiebke, OPEN, source="format = " + "9" * 5_000)
    assert "Das ist kein TOML" in long.text
    much = bund.send(bund.wiebke, OPEN, source="#" * 20_001)
    assert "Die Vorlage ist zu lang." in much.text


def test_templates_read_and_write_to_the_same(bund: Federation) -> None:
    with bund.looking(bund.wiebke):
        for _key, pattern in list_patterns():
            assert read_pattern(write_pattern(pattern)) == pattern


def test_a_branch_becomes_a_template_and_a_branch_again(bund: Federation) -> None:
    open_land(bund, bund.wiebke, parts=["neues", "recht"], accent="0d6b50")
    file = bund.client(bund.wiebke).get("/a/ni/chapters/template")
    assert file.mimetype == "application/toml"
    with bund.looking(bund.wiebke):
        pattern = read_pattern(file.text)
    assert sorted((part.key, part.sealed) for part in pattern.areas) == [
        ("emden", False),
        ("neues", False),
        ("recht", True),
    ]
    assert [part.key for part in pattern.areas if part.announcements] == ["neues"]
    assert pattern.look.accent == "0d6b50"
    address = "/a/bund/chapters/new/open"
    parts = [part.key for part in pattern.areas]
    fields = {"where": "below", "name": "Hessen", "slug": "he", "parts": parts}
    assert open_land(bund, bund.georg, address, source=file.text, **fields).status_code == 303
    assert sorted(list_below(bund, "he")) == ["he-emden", "he-neues", "he-recht"]


def test_plugins_that_are_not_there_are_told_and_left_out(bund: Federation) -> None:
    source = HEAD + '[plugins]\ncourses = "on"\npolls = "on"\n'
    looked = open_land(bund, bund.wiebke, step="look", source=source, parts=[])
    assert "courses (gibt es auf dieser Seite nicht, bleibt weg), polls an" in looked.text
    assert open_land(bund, bund.wiebke, source=source, parts=[]).status_code == 303
    assert bund.client(bund.wiebke).get("/a/ni/polls/").status_code == 200


def test_a_branch_below_the_deepest_level_is_refused_and_nothing_is_left(bund: Federation) -> None:
    parent, slug = bund.ni, "ni"
    for level in range(2, DEPTH - 1):
        slug = f"tief-{level}"
        parent = make_area(bund.app, f"Ebene {level}", slug=slug, parent=parent)
    before = count_all(bund)
    fields = {"where": "below", "name": "Ganz unten", "slug": "unten"}
    answer = open_land(bund, bund.wiebke, f"/a/{slug}/chapters/new/open", **fields)
    assert answer.status_code == 422
    assert "Der Baum darf höchstens 20 Ebenen haben." in answer.text
    assert count_all(bund) == before
