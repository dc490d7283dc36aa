"""Own areas in the navigation of every page."""

from __future__ import annotations

from forum.areas.scope import OwnArea
from forum.home.frame import arrange
from forum.testing.builders import add_member, make_area, make_post, make_topic
from tests.forum.home.federation import Federation


def own(area_id: int, above: str, name: str, *, everyone: bool = False) -> OwnArea:
    path = above + f"{area_id:06}"
    return OwnArea(
        id=area_id,
        parent_id=None,
        path=path,
        depth=len(path) // 6 - 1,
        slug=name.lower(),
        name=name,
        accent="",
        role="member",
        everyone=everyone,
        casual=False,
        archived=False,
    )


def test_areas_hang_below_the_nearest_own_one_but_never_below_the_root() -> None:
    root = own(1, "", "Bund")
    land = own(2, root.path, "Land")
    areas = [
        own(3, land.path + "000009", "Zwei Stufen tiefer"),
        own(4, land.path, "Ämter"),
        own(5, root.path, "Für alle", everyone=True),
        own(6, root.path, "Café"),
        land,
        root,
    ]
    assert [(area.name, depth) for area, depth in arrange(areas)] == [
        ("Für alle", 0),
        ("Bund", 0),
        ("Café", 0),
        ("Land", 0),
        ("Ämter", 1),
        ("Zwei Stufen tiefer", 1),
    ]


def test_the_navigation_counts_topics_with_something_new(federation: Federation) -> None:
    app, land, insider = federation.app, federation.areas["land"], federation.users["insider"]
    topic = make_topic(app, land, author=insider, title="Zweites")
    make_post(app, topic.topic_id, author=insider)
    below = make_area(app, "Kreis Nord", parent=land, slug="kreis-nord")
    add_member(app, below, federation.users["anke"])
    page = federation.visit("anke").text("/impressum")
    tree = page.partition('<ul class="tree">')[2].partition("</ul>")[0]
    assert '<li class="d0"><a href="/a/land/">' in tree
    assert '<span class="grow">Land</span><span class="count">2 neu</span>' in tree
    assert '<li class="d1"><a href="/a/kreis-nord/">' in tree


def test_strangers_have_no_areas_of_their_own(federation: Federation) -> None:
    assert '<ul class="tree">' not in federation.visit().text("/")
