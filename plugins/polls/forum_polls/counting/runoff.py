"""Instant run-off: the least liked option drops out, its ballots go on, until one has the majority.

Ties are reported, never broken by lot, age or order.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Round(Generic[C]):
    """One count: votes by option still standing, ballots with none of them left, who drops out."""

    votes: Mapping[C, int]
    exhausted: int
    dropped: tuple[C, ...] = ()


@dataclass(frozen=True, slots=True)
class Runoff(Generic[C]):
    """The rounds, and one winner, or the options between which nobody decided."""

    rounds: tuple[Round[C], ...]
    winner: C | None
    tied: tuple[C, ...] = ()


def count_runoff(options: Sequence[C], ballots: Mapping[tuple[C, ...], int]) -> Runoff[C]:
    """Count ballots by instant run-off.

    A ballot names options from most to least liked, perhaps not all of them. In each round it
    counts for the first that still stands. More than half of what counts in the round wins.
    Otherwise the option with the fewest votes drops out; several with equally few drop out
    together when all of them have fewer votes than the next one, since no order among them
    would let one stay. When equally few might stay, the count ends and says between whom.
    Shapes: `ballots` holds how often each ranking was cast.
    Cost: rounds times different rankings times options.
    Source: "instant-runoff voting", Robert's Rules of Order Newly Revised, 11th edition, p. 425
    (preferential voting); batch elimination as in Maine's rules, 29-250 C.M.R. ch. 535, section 4.
    """
    standing = list(options)
    total = sum(ballots.values())
    rounds: list[Round[C]] = []
    while standing:
        votes = _count(standing, ballots)
        counting = sum(votes.values())
        if counting == 0:
            rounds.append(Round(votes, total))
            return Runoff(tuple(rounds), None, tuple(standing) if total else ())
        best = max(votes.values())
        leaders = [option for option in standing if votes[option] == best]
        if 2 * best > counting:
            rounds.append(Round(votes, total - counting))
            return Runoff(tuple(rounds), leaders[0])
        dropped = _find_least(standing, votes)
        rounds.append(Round(votes, total - counting, dropped))
        if not dropped:
            least = min(votes.values())
            return Runoff(
                tuple(rounds), None, tuple(one for one in standing if votes[one] == least)
            )
        standing = [option for option in standing if option not in dropped]
    return Runoff(tuple(rounds), None)


def _count(standing: Iterable[C], ballots: Mapping[tuple[C, ...], int]) -> dict[C, int]:
    votes = dict.fromkeys(standing, 0)
    for ranking, number in ballots.items():
        for option in ranking:
            if option in votes:
                votes[option] += number
                break
    return votes


def _find_least(standing: Sequence[C], votes: Mapping[C, int]) -> tuple[C, ...]:
    """Return who drops out: one, or several that cannot stay whatever their order; or nobody."""
    least = min(votes.values())
    last = [option for option in standing if votes[option] == least]
    if len(last) == 1:
        return tuple(last)
    above = [votes[option] for option in standing if votes[option] > least]
    if above and least * len(last) < min(above):
        return tuple(last)
    return ()
