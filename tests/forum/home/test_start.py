"""The start page: who is shown which topics, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forum.core.clock import now
from forum.core.database import unit
from forum.core.wall import Viewer, as_viewer
from forum.discussions import operations
from forum.testing.builders import add_member, make_area, make_operator, make_post, make_topic
from tests.forum.home.federation import Federation

EVERYWHERE = {"bund", "land", "offen", "recht", "kreis", "geheim", "rat"}


@pytest.mark.parametrize(
    ("name", "tab", "expected"),
    [
        (None, "", {"bund", "offen"}),
        (None, "?tab=all", {"bund", "offen"}),
        ("neu", "", set()),
        ("neu", "?tab=all", {"bund", "offen", "land", "recht"}),
        ("neu", "?tab=unanswered", {"bund", "offen", "land", "recht"}),
        ("anke", "", {"land"}),
        ("insider", "", EVERYWHERE - {"bund"}),
        ("insider", "?tab=unanswered", EVERYWHERE),
        ("chef", "", {"bund"}),
        ("chef", "?tab=all", EVERYWHERE - {"rat"}),
    ],
)
def test_topics_of_what_one_may_read(
    federation: Federation, name: str | None, tab: str, expected: set[str]
) -> None:
    page = federation.visit(name).get(f"/{tab}").text
    feed = page.partition('<ul class="feed">')[2].partition('<aside class="about"')[0]
    assert {slug for slug in EVERYWHERE if f"KANARIE-{slug}" in feed} == expected


@pytest.mark.parametrize("path", ["/", "/?tab=all", "/?tab=unanswered", "/verzeichnis"])
@pytest.mark.parametrize(
    ("name", "never"),
    [
        (None, {"land", "recht", "kreis", "geheim", "rat"}),
        ("neu", {"kreis", "geheim", "rat"}),
        ("anke", {"kreis", "geheim", "rat"}),
        ("chef", {"rat"}),
    ],
)
def test_nothing_sings_where_it_must_not(
    federation: Federation, name: str | None, never: set[str], path: str
) -> None:
    assert federation.visit(name).canaries(path) & never == set()


def reasons(federation: Federation, name: str, path: str = "/") -> list[str]:
    """Return the reasons on a page from top to bottom."""
    page = federation.visit(name).text(path)
    return [part.partition("<")[0] for part in page.split('<span class="why">')[1:]]


def test_each_card_says_why_it_is_there(federation: Federation) -> None:
    app, anke = federation.app, federation.users["anke"]
    assert reasons(federation, "anke") == ["aus deiner Region"]
    own = make_topic(app, federation.areas["land"], author=anke, title="Meins")
    assert reasons(federation, "anke") == ["weil du es begonnen hast", "aus deiner Region"]
    other = make_topic(app, federation.areas["land"], author=federation.users["insider"])
    make_post(app, other.topic_id, author=anke)
    assert reasons(federation, "anke") == [
        "weil du mitgeschrieben hast",
        "weil du es begonnen hast",
        "aus deiner Region",
    ]
    with app.app_context(), unit(), as_viewer(Viewer(anke)):
        operations.unfollow_topic(Viewer(anke), own.topic_id)
        operations.follow_topic(Viewer(anke), other.topic_id)
    assert reasons(federation, "anke") == [
        "weil du diesem Thema folgst",
        "aus deiner Region",
        "aus deiner Region",
    ]


def test_what_one_follows_elsewhere_comes_along_and_what_one_mutes_stays_away(
    federation: Federation,
) -> None:
    app, viewer = federation.app, Viewer(federation.users["anke"])
    topic = make_topic(app, federation.areas["recht"], author=federation.users["insider"])
    with app.app_context(), unit(), as_viewer(viewer):
        operations.follow_topic(viewer, topic.topic_id)
    assert reasons(federation, "anke") == ["weil du diesem Thema folgst", "aus deiner Region"]
    with app.app_context(), unit(), as_viewer(viewer):
        operations.mute_topic(viewer, topic.topic_id)
    assert reasons(federation, "anke") == ["aus deiner Region"]


def test_who_looks_after_an_area_and_who_only_reads_is_told_so(federation: Federation) -> None:
    app = federation.app
    make_topic(app, federation.areas["land"], author=federation.users["anke"], title="Von Anke")
    assert reasons(federation, "insider")[0] == "weil du diesen Bereich betreust"
    assert set(reasons(federation, "neu", "/?tab=all")) == {
        "aus einem Bereich, den du lesen darfst"
    }


def test_what_is_new_is_counted_on_the_card_and_in_the_navigation(federation: Federation) -> None:
    page = federation.visit("anke").text("/")
    assert page.count('<b class="tag-new">neu</b>') == 1
    assert '<span class="grow">Land</span><span class="count">1 neu</span>' in page


def test_a_newcomer_is_told_what_to_do_first(federation: Federation) -> None:
    page = federation.visit("neu").text("/")
    assert "Tritt den Bereichen bei, die zu deiner Arbeit passen." in page
    assert 'href="/verzeichnis">Bereiche ansehen</a>' in page


def test_the_side_offers_what_waits_and_where_to_join(federation: Federation) -> None:
    side = federation.visit("anke").text("/").partition('<aside class="about"')[2]
    assert "Kannst du helfen?" in side
    assert "KANARIE-land" in side
    assert 'href="/a/offen/"' in side
    assert 'href="/a/recht/"' in side
    assert "/a/kreis/" not in side


def test_what_is_answered_or_announced_does_not_wait(federation: Federation) -> None:
    app, insider = federation.app, federation.users["insider"]
    make_topic(app, federation.areas["land"], author=insider, title="Amtlich", kind="announcement")
    answered = make_topic(app, federation.areas["land"], author=insider, title="Beantwortet")
    make_post(app, answered.topic_id, author=federation.users["anke"])
    page = federation.visit("neu").text("/?tab=unanswered")
    assert "KANARIE-land" in page
    assert "Amtlich" not in page
    assert "Beantwortet" not in page


def test_pages_follow_one_another_without_gap_or_double(federation: Federation, clock) -> None:
    start = now()
    for number in range(45):
        clock(start + timedelta(minutes=number))
        make_topic(
            federation.app,
            federation.areas["land"],
            author=federation.users["insider"],
            title=f"Nr. {number:02}",
        )
    anke, path, seen, pages = federation.visit("anke"), "/", [], []
    while path:
        text = anke.text(path)
        pages.append(path)
        feed = text.partition('<ul class="feed">')[2].partition("</ul>")[0]
        seen += [part[:2] for part in feed.split("Nr. ")[1:]]
        path = text.partition('rel="next" href="')[2].partition('"')[0]
    assert seen == [f"{number:02}" for number in reversed(range(45))]
    assert len(pages) == 3
    before = anke.text(pages[2]).partition('rel="prev" href="')[2].partition('"')[0]
    assert "Nr. 24" in anke.text(before)


@pytest.mark.parametrize("areas", [3, 70])
def test_own_areas_are_merged_by_time_however_many_they_are(
    federation: Federation, clock, areas: int
) -> None:
    app, anke, start = federation.app, federation.users["anke"], now()
    own = [make_area(app, f"Runde {n}", slug=f"runde-{n}") for n in range(areas)]
    for area in own:
        add_member(app, area, anke)
    for number in range(30):
        clock(start + timedelta(minutes=number))
        title = f"Nr. {number:02}"
        make_topic(app, own[number % areas], author=anke, title=title)
    feed = (
        federation.visit("anke").text("/").partition('<ul class="feed">')[2].partition("</ul>")[0]
    )
    # The first of the twenty is the one that stood there before.
    expected = [f"{number:02}" for number in reversed(range(11, 30))]
    assert [part[:2] for part in feed.split("Nr. ")[1:]] == expected


@pytest.mark.parametrize("path", ["/?tab=gemerkt", "/?after=quatsch", "/?after=WzEsMiwzXQ"])
def test_an_address_that_is_none_is_not_found(federation: Federation, path: str) -> None:
    assert federation.visit("anke").client.get(path).status_code == 404


def test_strangers_are_shown_the_federation(federation: Federation) -> None:
    page = federation.visit().text("/")
    assert "<h1>Zukunftskommunen</h1>" in page
    assert "Wir finden es heraus." in page
    assert 'href="/a/offen/"' in page
    assert 'href="/login?next=/"' in page
    assert 'href="/register">Mitmachen</a>' in page


def test_strangers_of_a_closed_federation_are_told_so(app, client) -> None:
    make_operator(app)
    make_area(app, "KANARIE-name", slug="bund", kind="federation", visibility="members")
    page = client.get("/").text
    assert "KANARIE-name" not in page
    assert "Hier ist nichts öffentlich" in page


def test_the_page_of_an_empty_forum_stands(app, client) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/verzeichnis").status_code == 200


def test_names_are_text(federation: Federation) -> None:
    app, hostile = federation.app, "<img src=x onerror=alert(1)>"
    area = make_area(app, hostile, slug="boese", summary=hostile, visibility="public")
    add_member(app, area, federation.users["anke"])
    make_topic(app, area, author=federation.users["anke"], title=hostile, source="x")
    for name in (None, "anke", "neu"):
        visitor = federation.visit(name)
        for path in ("/", "/?tab=all", "/verzeichnis", "/verzeichnis?q=<script>"):
            text = visitor.get(path).text
            assert "<img src=x" not in text
            assert "<script>" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in federation.visit().get("/").text
