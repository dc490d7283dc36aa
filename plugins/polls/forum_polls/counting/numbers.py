"""Figures about numbers that members named, and about scales: mean, median, range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of numbers comes to; mean to two places."""

    number: int
    mean: Decimal
    median: Decimal
    low: Decimal
    high: Decimal


def sum_up(votes: Mapping[Decimal, int]) -> Figures | None:
    """Sum up how often each number was named; None without votes.

    Cost: sorting the different numbers.
    """
    named = sorted((value, times) for value, times in votes.items() if times > 0)
    total = sum(times for _value, times in named)
    if not total:
        return None
    mean = sum((value * times for value, times in named), Decimal(0)) / total
    lower, upper = _nth(named, (total - 1) // 2), _nth(named, total // 2)
    return Figures(
        number=total,
        mean=mean.quantize(Decimal("0.01"), ROUND_HALF_UP),
        median=(lower + upper) / 2,
        low=named[0][0],
        high=named[-1][0],
    )


def _nth(named: list[tuple[Decimal, int]], place: int) -> Decimal:
    seen = 0
    for value, times in named:
        seen += times
        if place < seen:
            return value
    return named[-1][0]
