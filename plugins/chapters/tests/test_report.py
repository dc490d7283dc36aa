"""The roof's report: what is counted, what is kept back, and who sees which part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from forum_chapters.report import Count, count_behaviours, find_median, make_sheet
from hypothesis import given
from hypothesis import strategies as st

from forum.testing.builders import add_member, make_area, make_post, make_topic
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Federation

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = BEGIN + timedelta(days=40)
Clock = Callable[[datetime], None]


def make_chapter(
    bund: Federation, slug: str, *, topics: int, answered: int, below: bool = False, **spec: object
) -> int:
    """Make a region below the roof with topics, some of them answered by somebody from outside."""
    given = {"kind": "region", "replies_by": "site", "parent": bund.root, "slug": slug, **spec}
    chapter = make_area(bund.app, slug.upper(), **given)  # type: ignore[arg-type]
    place = chapter
    if below:
        place = make_area(bund.app, f"{slug} Ort", parent=chapter, replies_by="site")
    add_member(bund.app, place, bund.anke)
    for number in range(topics):
        made = make_topic(bund.app, place, author=bund.anke)
        make_post(bund.app, made.topic_id, author=bund.anke)
        if number < answered:
            make_post(bund.app, made.topic_id, author=bund.ben)
    return chapter


def count(bund: Federation, name: str) -> Mapping[str, Count]:
    with bund.looking(bund.georg, bund.root) as scope:
        tally = count_behaviours(scope, bund.root)
    return {row.slug: tally.counts[name][row.id] for row in tally.chapters}  # type: ignore[index]


def test_answers_count_from_outside_in_time_and_in_the_open(bund: Federation, clock: Clock) -> None:
    clock(BEGIN)
    make_chapter(bund, "he", topics=3, answered=2)
    make_chapter(bund, "hh", topics=2, answered=1, below=True)
    closed = make_area(
        bund.app, "Rat", parent=bund.ni, visibility="hidden", members={bund.anke: "member"}
    )
    make_topic(bund.app, closed, author=bund.anke)
    sealed = {"members": {bund.anke: "admin"}, "sealed": True, "visibility": "members"}
    board = make_area(bund.app, "Vorstand", parent=bund.ni, **sealed)  # type: ignore[arg-type]
    make_topic(bund.app, board, author=bund.anke)
    late = make_chapter(bund, "hb", topics=1, answered=0)
    slow = make_topic(bund.app, late, author=bund.anke).topic_id
    clock(BEGIN + timedelta(hours=72))
    make_post(bund.app, slow, author=bund.ben)
    slower = make_topic(bund.app, late, author=bund.anke).topic_id
    clock(BEGIN + timedelta(hours=144, seconds=1))
    make_post(bund.app, slower, author=bund.ben)
    clock(LATER)
    assert count(bund, "answered") == {
        "ni": Count(0, 0),
        "by": Count(0, 0),
        "he": Count(2, 3),
        "hh": Count(1, 2),
        "hb": Count(1, 3),
    }
    clock(LATER + timedelta(days=365))
    assert set(count(bund, "answered").values()) == {Count(0, 0)}


def test_newcomers_count_once_and_when_their_time_is_over(bund: Federation, clock: Clock) -> None:
    clock(BEGIN)
    chapter = make_chapter(bund, "he", topics=1, answered=0)
    for user in (bund.bea, bund.ben):
        add_member(bund.app, chapter, user)
    town = make_area(bund.app, "Ort", parent=chapter, replies_by="site", visibility="members")
    add_member(bund.app, town, bund.bea)
    clock(BEGIN + timedelta(days=29))
    make_topic(bund.app, town, author=bund.bea)
    clock(BEGIN + timedelta(days=31))
    make_topic(bund.app, chapter, author=bund.ben)
    add_member(bund.app, chapter, bund.georg)
    clock(BEGIN + timedelta(days=59))
    assert count(bund, "began")["he"] == Count(0, 0)
    clock(BEGIN + timedelta(days=60))
    assert count(bund, "began")["he"] == Count(2, 3)


def read_report(bund: Federation, user: int, slug: str) -> str:
    page = bund.client(user).get(f"/a/{slug}/chapters/report").text
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub("<[^>]+>", " ", main)).split())


def test_the_roof_sees_all_and_a_chapter_itself_and_the_median(
    bund: Federation, clock: Clock
) -> None:
    clock(BEGIN)
    sizes = {
        "he": (12, 6),
        "hh": (20, 10),
        "hb": (10, 5),
        "sl": (14, 7),
        "th": (15, 6),
        "sn": (7, 6),
    }
    for slug, (topics, answered) in sizes.items():
        made = make_chapter(bund, slug, topics=topics, answered=answered)
        if slug == "he":
            add_member(bund.app, made, bund.bea, role="admin")
    clock(LATER)
    roof = read_report(bund, bund.georg, "bund")
    assert "HE 6 12 50 %" in roof
    # SN's 6 of 7 tell of one that was not answered; HB is kept back with it.
    assert "SN – – –" in roof
    assert "HB – – –" in roof
    assert "Zusammen 40 78 51 %" in roof
    own = read_report(bund, bund.bea, "he")
    assert "HE 50 % 6 von 12" in own
    assert "Median der Gliederungen daneben 50 %" in own
    assert "Zusammen" not in own
    assert "HH" not in own
    for user in (bund.anke, bund.wiebke):
        assert bund.client(user).get("/a/he/chapters/report").status_code == 403
    assert bund.client(bund.bea).get("/a/bund/chapters/report").status_code == 403


def test_who_sees_both_reports_learns_nothing_from_their_difference(
    bund: Federation, clock: Clock
) -> None:
    """What the roof keeps back of HB hides what SN has: HB's own page must not tell the roof."""
    clock(BEGIN)
    sizes = {"he": (12, 6), "hh": (20, 10), "hb": (10, 5), "sl": (14, 7), "th": (15, 6)}
    for slug, (topics, answered) in {**sizes, "sn": (7, 6)}.items():
        made = make_chapter(bund, slug, topics=topics, answered=answered)
        if slug == "hb":
            add_member(bund.app, made, bund.bea, role="admin")
    clock(LATER)
    assert "HB – – –" in read_report(bund, bund.georg, "bund")
    for slug in ("hb", "sn"):
        page = read_report(bund, bund.georg, slug)
        assert f"{slug.upper()} –" in page
        assert not re.search(r"\d von \d", page)
    assert "HE 50 % 6 von 12" in read_report(bund, bund.georg, "he")
    assert "HB 50 % 5 von 10" in read_report(bund, bund.bea, "hb")


def test_the_parts_of_a_chapter_and_what_is_left_are_its_whole(
    bund: Federation, clock: Clock
) -> None:
    """Of 34 topics 32 lie in its districts: two more would be told by the difference."""
    clock(BEGIN)
    he = make_chapter(bund, "he", topics=2, answered=1)
    add_member(bund.app, he, bund.bea, role="admin")
    for slug, topics, answered in (("hn", 12, 6), ("hs", 20, 10)):
        make_chapter(bund, slug, topics=topics, answered=answered, parent=he)
    committee = make_area(bund.app, "Ausschuss", slug="ausschuss", parent=he)
    make_chapter(bund, "hx", topics=20, answered=10, parent=committee)
    clock(LATER)
    page = read_report(bund, bund.bea, "he")
    assert "HE 50 % 27 von 54" in page
    assert "HS 10 20 50 %" in page
    assert "HN 6 12 50 %" in page
    assert "unmittelbar in HE 11 22 50 % Zusammen 27 54 50 %" in page
    assert "nichts auszuwerten" in read_report(bund, bund.bea, "hx")


def test_a_small_rest_takes_the_smallest_district_along(bund: Federation, clock: Clock) -> None:
    clock(BEGIN)
    he = make_chapter(bund, "he", topics=2, answered=1)
    add_member(bund.app, he, bund.bea, role="admin")
    for slug, topics, answered in (("hn", 12, 6), ("hs", 20, 10)):
        make_chapter(bund, slug, topics=topics, answered=answered, parent=he)
    clock(LATER)
    page = read_report(bund, bund.bea, "he")
    assert "HN – – – HS 10 20 50 % unmittelbar in HE – – – Zusammen 17 34 50 %" in page


def test_who_looks_every_day_sees_the_month_and_nobody_in_it(
    bund: Federation, clock: Clock
) -> None:
    clock(BEGIN)
    chapter = make_chapter(bund, "he", topics=12, answered=6)
    make_chapter(bund, "hh", topics=12, answered=6)
    pages = []
    for day in range(4):
        clock(LATER + timedelta(days=day))
        pages.append(read_report(bund, bund.georg, "bund"))
        made = make_topic(bund.app, chapter, author=bund.anke)
        make_post(bund.app, made.topic_id, author=bund.ben)
    assert "HE 6 12 50 %" in pages[0]
    assert set(pages) == {pages[0]}
    clock(LATER + timedelta(days=40))
    assert "HE 10 16 62 %" in read_report(bund, bund.georg, "bund")


def test_where_nothing_can_be_shown_there_is_no_table_of_dashes(
    bund: Federation, clock: Clock
) -> None:
    clock(BEGIN)
    make_chapter(bund, "he", topics=4, answered=2)
    clock(LATER)
    page = read_report(bund, bund.georg, "bund")
    assert page.count("Dafür gibt es noch zu wenig") == 2
    assert "–" not in page.partition("ausrechnen kann.")[2]
    assert "Neue Mitglieder" in page.partition("ausrechnen kann.")[2]


def test_the_report_costs_the_same_for_few_and_many_chapters(
    bund: Federation, clock: Clock
) -> None:
    clock(BEGIN)
    seen = []
    for slug in ("he", "hh", "hb"):
        make_chapter(bund, slug, topics=2, answered=1)
        clock(LATER)
        with bund.looking(bund.georg, bund.root) as scope, count_statements() as sent:
            count_behaviours(scope, bund.root)
        seen.append(len(sent))
        clock(BEGIN)
    assert seen == [4, 4, 4]


COUNTS = st.builds(
    lambda done, left: Count(done, done + left), st.integers(0, 30), st.integers(0, 30)
)


@given(st.lists(COUNTS, max_size=12))
def test_nothing_small_is_shown_or_told_by_subtraction(given_counts: list[Count]) -> None:
    counts = dict(enumerate(given_counts))
    table = make_sheet(counts)
    shown = {one: count for one, count in table.shown.items() if count is not None}
    assert shown == {one: counts[one] for one in shown}
    for one in shown.values():
        assert one.done >= 5
        assert one.of - one.done >= 5
    if table.total.count is None:
        return
    whole = sum(counts.values(), start=Count())
    assert table.total.count == whole
    hidden = [count for one, count in counts.items() if one not in shown and count.of]
    done = whole.done - sum(one.done for one in shown.values())
    left = whole.of - sum(one.of for one in shown.values()) - done
    if hidden:
        assert len(hidden) > 1
        assert min(done, left) >= 5


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, None),
        ({one: Count(10, 20) for one in range(4)}, None),
        ({one: Count(10 + one, 40) for one in range(5)}, 30),
        ({**{one: Count(10, 20) for one in range(4)}, 9: Count(4, 20)}, None),
    ],
)
def test_the_median_is_of_five_at_least(counts: dict[int, Count], expected: int | None) -> None:
    assert find_median(counts) == expected
