"""The directory's work on the outline: folding, finding, counting, cutting."""

from __future__ import annotations

import pytest

from forum.areas.queries import OutlineRow
from forum.home.directory import Wish, make_listing
from forum.web.pagination import Cut, decode_key


def row(area_id: int, parent_id: int | None, name: str, **kw: str) -> OutlineRow:
    slug = name.lower().replace(" ", "-")
    words = {"kind": "topic", "state": "open", "summary": "", "slug": slug, **kw}
    return OutlineRow(id=area_id, parent_id=parent_id, path="", depth=0, name=name, **words)


def tree(width: int, depth: int) -> list[OutlineRow]:
    """A root with `width` areas below each, `depth` levels deep, in the order of the tree."""
    rows = [row(1, None, "Bund", kind="federation")]

    def grow(parent: OutlineRow, levels: int) -> None:
        for number in range(width if levels else 0):
            child = row(len(rows) + 1, parent.id, f"{parent.name} {number}")
            rows.append(child)
            grow(child, levels - 1)

    grow(rows[0], depth)
    return rows


def listing(rows, wish=None, **cut):
    found = make_listing(rows, wish or Wish(), cut=Cut(limit=cut.pop("limit", 50), **cut))
    assert found is not None
    return found


def shown(found) -> list[tuple[str, int, int]]:
    return [(line.row.name, line.level, line.folded) for line in found.page.items]


def test_a_small_tree_stands_open() -> None:
    assert shown(listing(tree(2, 2))) == [
        ("Bund", 0, 0),
        ("Bund 0", 1, 0),
        ("Bund 0 0", 2, 0),
        ("Bund 0 1", 2, 0),
        ("Bund 1", 1, 0),
        ("Bund 1 0", 2, 0),
        ("Bund 1 1", 2, 0),
    ]


def test_a_large_tree_is_folded_and_says_how_much_lies_below() -> None:
    found = listing(tree(12, 3))
    assert shown(found)[:2] == [("Bund", 0, 0), ("Bund 0", 1, 156)]
    assert len(found.page.items) == 13
    assert found.total == 1 + 12 + 144 + 1728


def test_a_branch_opens_by_its_address() -> None:
    found = listing(tree(12, 3), Wish(branch="bund-3"))
    assert shown(found)[:2] == [("Bund 3", 0, 0), ("Bund 3 0", 1, 12)]
    assert [above.name for above in found.path] == ["Bund", "Bund 3"]
    assert [(branch.name, depth) for branch, depth in found.branches][:4] == [
        ("Bund 0", 0),
        ("Bund 1", 0),
        ("Bund 2", 0),
        ("Bund 3", 0),
    ]


def test_a_branch_that_is_none_is_none() -> None:
    assert make_listing(tree(2, 1), Wish(branch="woanders"), cut=Cut()) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("strassen", ["Straßenrecht"]),
        ("STRASSEN recht", ["Straßenrecht"]),
        ("wärme", ["Wärmeplanung"]),
        ("waerme", ["Wärmeplanung"]),
        ("netze", ["Wärmeplanung"]),
        ("planung strassen", []),
        ("%", []),
        ("", ["Bund", "Straßenrecht", "Wärmeplanung"]),
    ],
)
def test_all_words_must_occur_in_name_or_summary(text: str, names: list[str]) -> None:
    rows = [
        row(1, None, "Bund"),
        row(2, 1, "Straßenrecht"),
        row(3, 1, "Wärmeplanung", summary="Netze und Kataster"),
    ]
    assert [line.row.name for line in listing(rows, Wish(text=text)).page.items] == names


def test_what_is_found_says_where_it_belongs() -> None:
    found = listing(tree(2, 3), Wish(branch="bund-1-0-1", kind="topic"))
    assert [(line.row.name, line.where) for line in found.page.items] == [
        ("Bund 1 0 1", ("Bund 1", "Bund 1 0"))
    ]


def test_facets_count_what_choosing_them_would_show() -> None:
    rows = [
        row(1, None, "Bund", kind="federation", state="closed"),
        row(2, 1, "Land", kind="region", state="apply"),
        row(3, 2, "Kreis", kind="region"),
        row(4, 2, "Recht"),
    ]
    found = listing(rows, Wish(kind="region"))
    assert dict(found.kinds) == {"federation": 1, "region": 2, "topic": 1}
    assert dict(found.states) == {"apply": 1, "open": 1}
    found = listing(rows, Wish(kind="region", state="open"))
    assert dict(found.kinds) == {"region": 1, "topic": 1}
    assert [line.row.name for line in found.page.items] == ["Kreis"]


def test_pages_of_a_wide_tree_hold_everything_once() -> None:
    rows, cut, names = tree(120, 1), {}, []
    while True:
        found = listing(rows, limit=50, **cut)
        names += [line.row.name for line in found.page.items]
        if found.page.next is None:
            break
        cut = {"after": decode_key(found.page.next, (int,))}
    assert names == [one.name for one in rows]
    before = decode_key(found.page.prev or "", (int,))
    assert [line.row.name for line in listing(rows, before=before).page.items] == [
        one.name for one in rows[50:100]
    ]
