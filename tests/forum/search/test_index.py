"""What the embedded index finds, as a table of text, query and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forum.search.index import Document, Order, Reach
from forum.search.language import MOST_WORDS, parse_query
from forum.search.whoosh_index import REACHES, WhooshIndex

START = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = {
    1: ("de", "", "Die Förderanträge sind eingegangen"),
    2: ("de", "", "Mitgliederversammlung am Montag in der Straße"),
    3: ("de", "", "Straßenausbau\u00adbeiträge werden abgeschafft"),
    4: ("de", "", "Kolleg*innen und Mitarbeiter:innen treffen sich"),
    5: ("en", "", "Everybody voted in the committees"),
    6: ("sv", "", "Medlemmarna röstade om stadgarna"),
    7: ("de", "Wärmeplanung für kleine Orte", "Wer rechnet?"),
    8: ("de", "", "Die Wärmeplanung ist fertig"),
}
FINDS = [
    ("Förderantrag", [1]),
    ("foerderantraege", [1]),
    ("FÖRDERANTRÄGE", [1]),
    ("Versammlung", [2]),
    ("Mitgliederversammlungen", [2]),
    ("strasse", [2, 3]),
    ("Straßenausbaubeitrag", [3]),
    ("Ausbaubeiträge", [3]),
    ("Mitarbeiterinnen", [4]),
    ("kolleg:innen", [4]),
    ("committee", [5]),
    ("vote", [5]),
    ("rösta", [6]),
    ('"am Montag"', [2]),
    ('"Montag am"', []),
    ("montag -versammlung", [2]),
    ("montag -mitgliederversammlung", []),
    ("Förderanträge Montag", []),
    ('"nicht geschlossen', []),
    ("Wärmeplanung", [7, 8]),
    ("-nur -minus", []),
    ("", []),
    ("***", []),
    ("post:1 OR area:2", []),
]


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    """An index with the texts above, all in area 1, one hour apart."""
    made = WhooshIndex(tmp_path / "index")
    made.write(_document(number, *text) for number, text in TEXTS.items())
    return made


def _document(number: int, language: str, title: str, text: str, area: int = 1) -> Document:
    return Document(
        post_id=number,
        topic_id=number,
        area_id=area,
        author_id=1,
        at=START + timedelta(hours=number),
        title=title,
        text=text,
        language=language,
    )


@pytest.mark.parametrize(("text", "found"), FINDS)
def test_it_finds(index: WhooshIndex, text: str, found: list[int]) -> None:
    assert _find(index, text) == found


def _find(
    index: WhooshIndex, text: str, *, areas: Sequence[int] = (1,), order: Order = "relevance"
) -> list[int]:
    found = index.find(parse_query(text), Reach(areas), order=order, limit=10)
    return [post_id for post_id, _plugin in found]


def test_areas_that_are_not_asked_for_are_not_searched(index: WhooshIndex) -> None:
    assert _find(index, "Versammlung", areas=[2]) == []
    assert _find(index, "Versammlung", areas=[]) == []


def test_each_reach_is_kept_until_something_is_written(index: WhooshIndex) -> None:
    for _ in range(2):
        assert _find(index, "Versammlung") == [2]
        assert _find(index, "Versammlung", areas=[2]) == []
    index.write([_document(9, "de", "", "Noch eine Versammlung", area=2)])
    assert _find(index, "Versammlung", areas=[2]) == [9]
    assert sorted(_find(index, "Versammlung", areas=[1, 2])) == [2, 9]
    index.write([], remove=[2])
    assert _find(index, "Versammlung") == []
    assert _find(index, "Versammlung", areas=range(2, 2 + 2 * REACHES)) == [9]
    for area in range(2 * REACHES):
        assert _find(index, "Versammlung", areas=[area]) == ([9] if area == 2 else [])


def test_newest_first(index: WhooshIndex) -> None:
    assert _find(index, "Wärmeplanung", order="newest") == [8, 7]


def test_a_changed_text_replaces_the_old_one(index: WhooshIndex) -> None:
    index.write([_document(1, "de", "", "Jetzt geht es um Kitas")])
    assert _find(index, "Förderantrag") == []
    assert _find(index, "Kita") == [1]
    assert index.count() == len(TEXTS)


def test_who_has_searched_before_finds_what_is_there_now(index: WhooshIndex) -> None:
    """The index stays open between searches; what is gone from it must go there too."""
    assert _find(index, "Förderantrag") == [1]
    index.write([_document(1, "de", "", "Jetzt geht es um Kitas")])
    assert (_find(index, "Förderantrag"), _find(index, "Kita")) == ([], [1])
    index.write([], remove=[1])
    assert (_find(index, "Kita"), index.count()) == ([], len(TEXTS) - 1)
    index.compact()
    assert (_find(index, "Kita"), index.count()) == ([], len(TEXTS) - 1)
    index.clear()
    assert index.count() == 0


def test_what_is_removed_is_not_found(index: WhooshIndex) -> None:
    index.write([], remove=[1, 2])
    assert _find(index, "Versammlung") == []
    assert index.count() == len(TEXTS) - 2


def test_another_process_sees_what_was_written(index: WhooshIndex, tmp_path: Path) -> None:
    reader = WhooshIndex(tmp_path / "index")
    assert _find(reader, "Hochwasser") == []
    index.write([_document(99, "de", "", "Hochwasserschutz")])
    assert _find(reader, "Hochwasser") == [99]


def test_without_an_index_nothing_is_found(tmp_path: Path) -> None:
    empty = WhooshIndex(tmp_path / "none")
    assert _find(empty, "irgendwas") == []
    assert empty.count() == 0


def test_a_query_is_cut_to_its_limits() -> None:
    words = parse_query(" ".join(f"w{n}" for n in range(500)))
    assert len(words.words) == MOST_WORDS
