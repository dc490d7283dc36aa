"""What a newcomer looks for: where am I, who reads here, what is below, where do I begin?"""

from __future__ import annotations

import re
from html import unescape

import pytest

from forum.areas import operations
from forum.areas.operations import AreaSpec
from tests.forum.areas.browser import Visitor, words
from tests.forum.areas.town import Town


def list_links(page: str, heading: str) -> list[str]:
    """Return the texts of the links in the section of the right column with this heading."""
    found = re.search(rf"<section><h2>{heading}</h2>(.*?)</section>", page, re.DOTALL)
    return [
        unescape(text) for text in re.findall(r"<a [^>]+>([^<]+)</a>", found[1] if found else "")
    ]


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("ada", ["Gruppe", "Kreis", "Recht"]),
        ("mia", ["Gruppe", "Kreis"]),
        ("chair", ["Gruppe", "Kreis", "Recht"]),
    ],
)
def test_an_area_names_what_is_below_and_may_be_known(
    chapter: Town, name: str, below: list[str]
) -> None:
    page = Visitor(chapter, name).get("/a/ni/").text
    assert list_links(page, "Bereiche darunter") == [*below, "Im Verzeichnis zeigen"]


def test_what_is_over_is_not_among_the_areas_below(chapter: Town) -> None:
    chapter.do("ada", "kreis", operations.archive_area)
    page = Visitor(chapter, "mia").get("/a/ni/").text
    assert list_links(page, "Bereiche darunter") == ["Gruppe", "Im Verzeichnis zeigen"]
    assert list_links(Visitor(chapter, "mia").get("/a/gruppe/").text, "Bereiche darunter") == []


@pytest.mark.parametrize(
    ("slug", "mark"),
    [("bund", "öffentlich"), ("ni", ""), ("gruppe", "nur Mitglieder"), ("recht", "verborgen")],
)
def test_the_path_says_who_reads(chapter: Town, slug: str, mark: str) -> None:
    chapter.grant("mia", "recht")
    page = Visitor(chapter, "mia").get(f"/a/{slug}/").text
    path = page.partition("</ol>")[2].partition("</nav>")[0]
    assert " ".join(re.sub(r"<[^>]+>", " ", path).split()) == mark


def test_an_area_that_is_over_says_so(chapter: Town) -> None:
    assert "abgeschlossen" not in Visitor(chapter, "mia").sees("/a/kreis/")
    chapter.do("ada", "kreis", operations.archive_area)
    text = Visitor(chapter, "mia").sees("/a/kreis/")
    assert "Dieser Bereich ist abgeschlossen" in text
    assert "Neues Thema" not in text


@pytest.mark.parametrize(
    ("slug", "readers"),
    [
        ("kreis", "Alle, die auf dieser Seite angemeldet sind."),
        ("gruppe", "Die Mitglieder dieses Bereichs und der Bereiche darunter"),
        ("recht", "Nur die Mitglieder dieses Bereichs."),
    ],
)
def test_who_begins_a_topic_is_told_who_will_read_it(
    chapter: Town, slug: str, readers: str
) -> None:
    chapter.grant("mia", "recht")
    page = Visitor(chapter, "mia").get(f"/a/{slug}/new").text
    assert readers in page.partition("Wer liest das?")[2].partition("</section>")[0]


def list_begun(chapter: Town, name: str) -> list[str]:
    """Return where the start page lets somebody begin a topic; every link must lead there."""
    visitor = Visitor(chapter, name)
    found = re.findall(r'<a href="(/a/[^"]+/new)">([^<]+)</a>', visitor.get("/").text)
    assert [visitor.get(url).status_code for url, _ in found] == [200 for _ in found]
    return [text for _, text in found]


def test_the_start_page_leads_to_a_new_topic_in_own_areas(chapter: Town) -> None:
    assert list_begun(chapter, "mia") == ["Gruppe", "Kreis"]
    chapter.do("ada", "kreis", operations.archive_area)
    assert list_begun(chapter, "mia") == ["Gruppe"]
    spec = AreaSpec(name="Gruppe", slug="gruppe", visibility="listed", topics_by="editors")
    chapter.do("ada", "gruppe", operations.edit_area, spec)
    assert list_begun(chapter, "mia") == []
    assert list_begun(chapter, "edi") == ["Gruppe"]
    assert "Neues Thema" not in words(Visitor(chapter, "mia").get("/"))
