"""python -m benchmarks: measure everything that is due, print the table, write results.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from benchmarks.badges import measure_badges
from benchmarks.digest import measure_digests
from benchmarks.feeds import ITEMS, measure_feeds
from benchmarks.figures import Figure, as_json, format_table, write_results
from benchmarks.ground import KINDS, filled
from benchmarks.imports import measure_undo
from benchmarks.inside import measure_demo, measure_dispatch, measure_markdown
from benchmarks.load import require_wrk
from benchmarks.moving import measure_moving
from benchmarks.pages import Pace, measure_pages
from benchmarks.polls import measure_polls
from benchmarks.switching import measure_switch
from benchmarks.writing import measure_reply

FULL: Final = {"postgresql": Pace(seconds=8, rounds=3), "sqlite": Pace(seconds=4, rounds=3)}
"""PostgreSQL is what counts; SQLite runs half as long, for the run has to end."""
QUICK: Final = Pace(seconds=2, rounds=1, requests=1_000)


def main() -> int:
    """Return 1 when a figure misses its target on PostgreSQL, the database that counts."""
    options = _read_options()
    require_wrk()
    kinds = KINDS if options.database == "both" else (options.database,)
    alone = _measure_alone(quick=options.quick)
    runs: list[dict[str, Any]] = []
    missed = 0
    for kind in kinds:
        figures = [*_measure_on(kind, quick=options.quick), *alone]
        runs.append(as_json(figures, database=kind, quick=options.quick))
        print(format_table(figures, title=f"{kind}{' (quick)' if options.quick else ''}"))
        if kind == kinds[0]:
            missed = _count_missed(figures)
    write_results(runs)
    return 1 if missed else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--quick", action="store_true", help="short rounds, for trying")
    return parser.parse_args()


def _measure_on(kind: str, *, quick: bool) -> list[Figure]:
    votes, sent = (10_000, 500) if quick else (100_000, 10_000)
    with _tell_time(f"{kind}, all"), filled(kind) as ground:
        with _tell_time(f"{kind}, pages"):
            figures = measure_pages(ground, QUICK if quick else FULL[kind])
        with _tell_time(f"{kind}, replies, switches and moves"):
            figures.append(measure_reply(ground, replies=50 if quick else 500))
            figures.append(measure_switch(ground, rounds=3 if quick else 10))
            figures.append(measure_moving(ground, rounds=2 if quick else 6))
            figures += measure_dispatch(ground, rounds=3 if quick else 15)
        with _tell_time(f"{kind}, badges and polls"):
            figures += measure_badges(ground, events=20_000 if quick else 200_000)
            figures += measure_polls(ground, votes=votes, sent=sent, rounds=20)
        with _tell_time(f"{kind}, undo"):
            figures += measure_undo(ground, messages=votes // 20, rounds=1 if quick else 3)
        with _tell_time(f"{kind}, feeds"):
            figures += measure_feeds(ground, items=ITEMS)
    with _tell_time(f"{kind}, digests"):
        figures += measure_digests(kind, members=500 if quick else 10_000)
    return figures


@contextmanager
def _tell_time(what: str) -> Iterator[None]:
    """Say on stderr how long a part of the run took, for whoever waits for it."""
    began = monotonic()
    yield
    print(f"{what}: {monotonic() - began:.0f} s", file=sys.stderr)


def _measure_alone(*, quick: bool) -> list[Figure]:
    """Measure what no database of the run has a part in."""
    return [measure_markdown(rounds=3 if quick else 15), measure_demo()]


def _count_missed(figures: Sequence[Figure]) -> int:
    return sum(figure.target.is_met(figure.value) is False for figure in figures)


if __name__ == "__main__":
    raise SystemExit(main())
