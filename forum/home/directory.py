"""The directory as pure work on the outline: what is shown of the tree, found in it, counted.

Knows no request and no database; the view asks for the outline once and for the rows it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from forum.areas.queries import OutlineRow
from forum.web.pagination import Cut, Page, cut_page

ROOMY: Final = 40
"""So many lines may stand on the first page before branches stay folded."""

_LETTERS: Final = (("ä", "ae"), ("æ", "ae"), ("ö", "oe"), ("ø", "oe"), ("ü", "ue"), ("å", "a"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for; `branch` is the address of an area to look below."""

    branch: str = ""
    kind: str = ""
    state: str = ""
    text: str = ""

    @property
    def narrows(self) -> bool:
        """Whether areas are searched for, rather than the tree looked at."""
        return bool(self.kind or self.state or self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """An area in the list: how deep it stands, how many are folded below, where it belongs.

    `where` is the way to it, in the tree the area above for those who do not see how deep it is.
    """

    row: OutlineRow
    level: int = 0
    folded: int = 0
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the directory. `path` leads from the top to the branch at hand."""

    page: Page[Line]
    total: int
    path: tuple[OutlineRow, ...]
    branches: tuple[tuple[OutlineRow, int], ...]
    kinds: Mapping[str, int]
    states: Mapping[str, int]


class Outline:
    """The areas one may know of, with what follows from their places."""

    def __init__(self, rows: Sequence[OutlineRow]) -> None:
        self.rows = rows
        self.by_id = {row.id: row for row in rows}
        self.below: Counter[int | None] = Counter(row.parent_id for row in rows)
        self.inside: Counter[int] = Counter()
        self.level: dict[int, int] = {}
        for row in rows:
            above = self.level.get(row.parent_id, -1) if row.parent_id is not None else -1
            self.level[row.id] = above + 1
        for row in reversed(rows):
            if row.parent_id is not None:
                self.inside[row.parent_id] += self.inside[row.id] + 1

    def find(self, slug: str) -> OutlineRow | None:
        """Return the area at this address."""
        return next((row for row in self.rows if row.slug == slug), None)

    def list_above(self, row: OutlineRow) -> tuple[OutlineRow, ...]:
        """Return the areas above, the topmost first."""
        above: list[OutlineRow] = []
        at = row.parent_id
        while at is not None:
            above.append(self.by_id[at])
            at = above[-1].parent_id
        return tuple(reversed(above))

    def list_branch(self, top: OutlineRow | None) -> Sequence[OutlineRow]:
        """Return an area with all below it; everything without one."""
        if top is None:
            return self.rows
        start = self.rows.index(top)
        return self.rows[start : start + self.inside[top.id] + 1]

    def list_branches(self, path: Iterable[OutlineRow]) -> tuple[tuple[OutlineRow, int], ...]:
        """Return what one can choose to look below, with its depth: the first level, the path."""
        chosen = {row.id for row in path}
        return tuple(
            (row, self.level[row.id] - 1)
            for row in self.rows
            if self.inside[row.id] and (self.level[row.id] == 1 or row.id in chosen)
            if self.level[row.id] > 0
        )


def make_listing(rows: Sequence[OutlineRow], wish: Wish, *, cut: Cut) -> Listing | None:
    """Return what the directory shows; None when there is no such branch.

    Shapes: the key of a page is the position in the list, (int,).
    Cost: linear in areas, some 5 µs each.
    """
    outline = Outline(rows)
    top = outline.find(wish.branch) if wish.branch else None
    if wish.branch and top is None:
        return None
    path = (*outline.list_above(top), top) if top else ()
    branch = outline.list_branch(top)
    fitting = narrow(branch, Wish(text=wish.text))
    found = narrow(fitting, Wish(kind=wish.kind, state=wish.state))
    lines = _list_found(outline, found) if wish.narrows else _unfold(outline, branch)
    return Listing(
        page=_cut(lines, cut),
        total=len(found),
        path=path,
        branches=outline.list_branches(path),
        kinds=Counter(row.kind for row in narrow(fitting, Wish(state=wish.state))),
        states=Counter(row.state for row in narrow(fitting, Wish(kind=wish.kind))),
    )


def narrow(rows: Iterable[OutlineRow], wish: Wish) -> list[OutlineRow]:
    """Return the areas that are looked for; all words of the text must occur in each."""
    words = plain(wish.text).split()
    return [
        row
        for row in rows
        if wish.kind in ("", row.kind) and wish.state in ("", row.state)
        if not words or _holds(plain(f"{row.name} {row.summary}"), words)
    ]


def plain(text: str) -> str:
    """Return a text as it is compared: small letters, ä as ae, ß as ss, å as a."""
    small = text.casefold()
    if not small.isascii():
        for letter, letters in _LETTERS:
            small = small.replace(letter, letters)
    return small


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _list_found(outline: Outline, found: Sequence[OutlineRow]) -> list[Line]:
    return [
        Line(row, where=tuple(above.name for above in outline.list_above(row)[1:])) for row in found
    ]


def _unfold(outline: Outline, branch: Sequence[OutlineRow]) -> list[Line]:
    """Show as many levels as fit, at least one below the top; the rest stays folded."""
    if not branch:
        return []
    first = outline.level[branch[0].id]
    sizes = Counter(outline.level[row.id] - first for row in branch)
    deepest, shown = 1, sizes[0] + sizes[1]
    while sizes[deepest + 1] and shown + sizes[deepest + 1] <= ROOMY:
        deepest += 1
        shown += sizes[deepest]
    return [
        Line(
            row,
            level,
            folded=outline.inside[row.id] if level == deepest else 0,
            where=(outline.by_id[row.parent_id].name,) if level > 1 and row.parent_id else (),
        )
        for row in branch
        if (level := outline.level[row.id] - first) <= deepest
    ]


def _cut(lines: Sequence[Line], cut: Cut) -> Page[Line]:
    places = list(enumerate(lines))
    if cut.before is not None:
        (end,) = cut.before
        wanted = [place for place in reversed(places) if place[0] < int(str(end))]
    else:
        start = -1 if cut.after is None else int(str(cut.after[0]))
        wanted = [place for place in places if place[0] > start]
    page = cut_page(wanted[: cut.fetch], cut, lambda place: (place[0],))
    return Page([line for _place, line in page.items], page.next, page.prev)
