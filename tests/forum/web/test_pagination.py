"""Pages by key: neighbours are right at both ends, and no cursor can break a query."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.errors import NotFound
from forum.web.pagination import Cut, Page, cut_page, decode_key, encode_key

ROWS = list(range(1, 8))


def turn(cut: Cut) -> Page[int]:
    """Fetch as a query would."""
    if cut.before is not None:
        rows = [row for row in reversed(ROWS) if row < cut.before[0]]
    else:
        rows = [row for row in ROWS if cut.after is None or row > cut.after[0]]
    return cut_page(rows[: cut.fetch], cut, lambda row: (row,))


def read(page: Page[int], way: str) -> Page[int]:
    cursor = page.next if way == "after" else page.prev
    assert cursor is not None
    return turn(Cut.from_args({way: cursor}, [int], limit=3))


def test_forth_and_back() -> None:
    first = turn(Cut(limit=3))
    second = read(first, "after")
    third = read(second, "after")
    assert [first.items, second.items, third.items] == [[1, 2, 3], [4, 5, 6], [7]]
    assert (first.prev, third.next) == (None, None)
    assert read(third, "before").items == [4, 5, 6]
    assert read(read(third, "before"), "before") == Page([1, 2, 3], first.next, None)


def test_an_empty_page_has_no_neighbours() -> None:
    assert cut_page([], Cut(limit=3), lambda row: (row,)) == Page([])


KEYS = st.tuples(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60),
)


@given(KEYS)
def test_keys_come_back_as_they_were(key: tuple[datetime, int, str]) -> None:
    assert decode_key(encode_key(key), [datetime, int, str]) == key


@given(st.text(max_size=500))
def test_a_foreign_cursor_is_not_found(cursor: str) -> None:
    with pytest.raises(NotFound):
        decode_key(cursor, [datetime, int, str])


@pytest.mark.parametrize("key", [(2**63,), ("1",), (1, 2), ()])
def test_a_cursor_of_another_shape_is_not_found(key: tuple[int | str, ...]) -> None:
    with pytest.raises(NotFound):
        decode_key(encode_key(key), [int])


@pytest.mark.parametrize("text", ['["\\u0000"]', '["\\ud800"]', '["a\\udfffb"]'])
def test_a_cursor_with_what_is_no_text_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        decode_key(urlsafe_b64encode(text.encode()).decode(), [str])
