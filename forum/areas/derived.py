"""What follows for an area from the tree above it: pure. `upkeep` keeps the answer in the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from forum.areas.paths import make_segment
from forum.areas.readers import narrower


@dataclass(frozen=True, slots=True)
class Stem:
    """What an area says itself."""

    id: int
    parent_id: int | None
    visibility: str
    sealed: bool
    own_theme: str
    own_accent: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows for it; the columns of `models.Area` under the same names."""

    path: str
    depth: int
    flow: tuple[int, ...]
    above: tuple[int, ...]
    effective: str
    theme: str
    accent: str


NOTHING_ABOVE = Derived("", -1, (), (), "public", "", "")


def derive(stem: Stem, above: Derived) -> Derived:
    """Derive one area from what was derived for its parent."""
    return Derived(
        path=above.path + make_segment(stem.id),
        depth=above.depth + 1,
        flow=(stem.id,) if stem.sealed else (*above.flow, stem.id),
        above=above.flow if stem.sealed else (),
        effective=narrower(stem.visibility, above.effective),
        theme=stem.own_theme or above.theme,
        accent=stem.own_accent or above.accent,
    )


def derive_subtree(top: Stem, stems: Iterable[Stem], above: Derived) -> dict[int, Derived]:
    """Derive an area and everything below it; `stems` may hold more than that.

    Cost: linear in areas.
    """
    children: dict[int | None, list[Stem]] = defaultdict(list)
    for stem in stems:
        children[stem.parent_id].append(stem)
    found: dict[int, Derived] = {}
    pending = [(top, above)]
    while pending:
        stem, parent = pending.pop()
        found[stem.id] = derived = derive(stem, parent)
        pending += [(child, derived) for child in children[stem.id]]
    return found
