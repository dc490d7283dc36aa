"""Own areas in the navigation of every page."""

from __future__ import annotations

from forum.testing.builders import add_member, make_area, make_post, make_topic
from tests.forum.home.federation import Federation


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
