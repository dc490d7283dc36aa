"""Which numbers are shown: none below five, and none that the others would tell by subtraction.

Source: complementary suppression as in Hundepool et al., Statistical Disclosure Control (2012),
chapter 4, for one column of parts and its sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from forum_chapters.report.counting import Count

LEAST: Final = 5
"""Smaller numbers could tell of single people."""
PARTS: Final = 5
"""So many chapters have to be counted before their median is nobody's own figure."""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over all chapters, None where it would tell too much."""

    count: Count | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One behaviour: a count per chapter or None, and the sum of all of them."""

    shown: Mapping[int, Count | None]
    total: Total


def can_show(count: Count) -> bool:
    """Tell whether a count is large enough by itself, what was not done included."""
    return min(count.done, count.of - count.done) >= LEAST


def make_sheet(counts: Mapping[int, Count]) -> Sheet:
    """Keep back what is small, and so much more that no sum gives it away.

    The sum is of all parts. What is kept back is together five or more, from two parts at least:
    else the smallest shown ones are kept back too. A sum that is large enough is always shown in
    the end; so a chapter's own figure tells nothing that its table keeps back.
    """
    hidden = {chapter for chapter, count in counts.items() if not can_show(count)}
    rest = sorted(counts.keys() - hidden, key=lambda one: (counts[one].of, one))
    while hidden and rest and not _hides(hidden, counts):
        hidden.add(rest.pop(0))
    total = _sum(counts.values())
    tells = bool(hidden) and not _hides(hidden, counts)
    shown = {chapter: None if chapter in hidden else count for chapter, count in counts.items()}
    return Sheet(shown, Total(None if tells or not can_show(total) else total))


def _hides(hidden: set[int], counts: Mapping[int, Count]) -> bool:
    """Tell whether the difference between the sum and what is shown says nothing of anybody."""
    some = [counts[chapter] for chapter in hidden if counts[chapter].of]
    return not some or (len(some) > 1 and can_show(_sum(some)))


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, start=Count())


def find_median(counts: Mapping[int, Count]) -> int | None:
    """Return the median of the chapters' shares in whole per cent, None when too few count."""
    shares = [100 * count.done / count.of for count in counts.values() if can_show(count)]
    return round(median(shares)) if len(shares) >= PARTS else None
