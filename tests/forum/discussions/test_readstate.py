"""Read state against a plain set of seqs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forum.core import limits
from forum.discussions.readstate import NOTHING, Read, first_unread, mark, mark_all, unite

seqs = st.integers(1, 120)
visits = st.lists(st.lists(seqs, max_size=25), max_size=12)


def read_after(marked: list[list[int]]) -> Read:
    read = NOTHING
    for visit in marked:
        read = mark(read, visit)
    return read


@given(visits)
def test_it_covers_what_a_set_covers(marked: list[list[int]]) -> None:
    read = read_after(marked)
    oracle = {seq for visit in marked for seq in visit}
    assert {seq for seq in range(1, 130) if read.covers(seq)} == oracle
    assert read.count == len(oracle)


@given(visits, st.integers(0, 130))
def test_the_first_unread_is_the_lowest_one_missing(marked: list[list[int]], last_seq: int) -> None:
    oracle = {seq for visit in marked for seq in visit}
    missing = [seq for seq in range(1, last_seq + 1) if seq not in oracle]
    assert first_unread(read_after(marked), last_seq) == (missing[0] if missing else None)


@given(visits)
def test_ranges_are_sorted_apart_and_above_the_floor(marked: list[list[int]]) -> None:
    read = read_after(marked)
    before = read.floor
    for first, last in read.ranges:
        assert before + 1 < first <= last
        before = last


@given(visits)
def test_the_order_of_visits_does_not_matter(marked: list[list[int]]) -> None:
    assert read_after(marked) == read_after(marked[::-1])


@given(visits, visits, st.integers(0, 60))
def test_what_either_has_read_is_read(
    one: list[list[int]], other: list[list[int]], floor: int
) -> None:
    first, second = read_after(one), mark(mark_all(floor), [s for visit in other for s in visit])
    united = unite(first, second)
    covered = {seq for seq in range(1, 130) if first.covers(seq) or second.covers(seq)}
    assert {seq for seq in range(1, 130) if united.covers(seq)} == covered
    assert united == unite(second, first)
    assert united.count == len(covered)


def test_marking_again_changes_nothing() -> None:
    read = mark(NOTHING, [3, 4, 9])
    assert mark(read, [3, 9]) == read
    assert mark(read, []) is read


def test_above_the_cap_the_lowest_gaps_close() -> None:
    scattered = range(2, 2 * limits.READ_RANGES + 22, 2)
    read = mark(NOTHING, scattered)
    assert len(read.ranges) == limits.READ_RANGES
    assert read.floor == 20
    assert all(read.covers(seq) for seq in scattered)
    assert not read.covers(21)


def test_everything_read_leaves_only_what_comes_after() -> None:
    read = mark_all(40)
    assert (read.count, first_unread(read, 40), first_unread(read, 41)) == (40, None, 41)
